import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useId } from 'react';
import { secretList } from '../../rpc/queries.ts';
import { useStudio } from '../../shell/studio-context.ts';
import { t } from '../../strings/text.ts';
import styles from '../../ui/field.module.css';
import type { Widget, WidgetProps } from './widget.ts';

/** The name of a secret: of those that are known here, or any other. Values are seen by nobody. */
function SecretWidget({ control, field, value, onChange }: WidgetProps): ReactNode {
  const { data } = useQuery(secretList(useStudio().client));
  const list = useId();
  const name = typeof value === 'string' ? value : '';
  const known = data?.secrets.find((secret) => secret.name === name);
  const isUnset = data !== undefined && name !== '' && (known === undefined || known.source === null);
  return (
    <>
      <input
        {...control}
        type="text"
        list={list}
        autoComplete="off"
        spellCheck={false}
        value={name}
        placeholder={t('inspector.chooseSecret')}
        onChange={({ target }) => onChange(target.value === '' && !field.required ? undefined : target.value)}
      />
      <datalist id={list}>
        {data?.secrets.map((secret) => (
          <option key={secret.name} value={secret.name}>
            {secret.hosts.join(', ')}
          </option>
        ))}
      </datalist>
      {isUnset && <p className={styles['warning']}>{t('inspector.secretUnset', { name })}</p>}
    </>
  );
}

export const widget: Widget = { for: ['secret'], component: SecretWidget };
