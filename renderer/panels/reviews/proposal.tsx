import type { ReactNode } from 'react';
import type { Json, JsonObject } from '../../../app/core/graph/json.ts';
import { payloadFields } from '../../state/payload-edit.ts';
import { t } from '../../strings/text.ts';
import { ValueView } from '../../values/value-view.tsx';
import styles from './reviews.module.css';

/** What a person is to decide about: an object by its members, with its JSON at hand, all else as what it is. */
export function Proposal({ payload }: { payload: Json }): ReactNode {
  const fields = payloadFields(payload);
  return (
    <section className={styles['proposal']} aria-label={t('review.payload')}>
      {fields.length === 0 ? (
        <ValueView value={payload} />
      ) : (
        <>
          <dl className={styles['members']}>
            {fields.map(({ name, label }) => (
              <div key={name}>
                <dt className={styles['label']} title={name}>
                  {label}
                </dt>
                <dd>
                  <ValueView value={(payload as JsonObject)[name] as Json} />
                </dd>
              </div>
            ))}
          </dl>
          <details>
            <summary className={styles['label']}>{t('reviews.json')}</summary>
            <ValueView value={payload} />
          </details>
        </>
      )}
    </section>
  );
}
