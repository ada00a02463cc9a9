import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { grantList, grantNeeds } from '../../rpc/queries.ts';
import { useActiveDocument, useStudio } from '../../shell/studio-context.ts';
import { fileOf } from '../../state/open-documents.ts';
import { shownDate } from '../../strings/figures.ts';
import { t } from '../../strings/text.ts';
import { Button } from '../../ui/button.tsx';
import { Fault } from '../../ui/fault.tsx';
import words from '../../ui/text.module.css';
import { useTask } from '../../ui/use-task.ts';
import styles from './settings.module.css';

/** What workflows may reach: what the open one asks for, and all that was ever granted. */
export function GrantsSection(): ReactNode {
  const { client } = useStudio();
  const open = useActiveDocument();
  const queries = useQueryClient();
  const task = useTask<void>();
  const { data: records = [] } = useQuery(grantList(client));

  function revoke(workflow: string): void {
    task.run(async () => {
      await client.grants.revoke({ workflow });
      await queries.invalidateQueries({ queryKey: ['grants'] });
    });
  }

  return (
    <>
      <p className={styles['intro']}>{t('grants.text')}</p>
      {open && <Needs file={fileOf(open)} />}
      <section className={styles['group']} aria-label={t('grants.given')}>
        <h4>{t('grants.given')}</h4>
        {records.length === 0 && <p className={words['about']}>{t('grants.none')}</p>}
        <ul className={styles['cards']}>
          {records.map(({ workflow, name, grants }) => (
            <li key={workflow} className={styles['card']} aria-label={name}>
              <div className={styles['head']}>
                <span className={styles['name']}>{name}</span>
                <span className={words['about']} title={workflow}>
                  {t('grants.content', { hash: workflow.slice(0, 12) })}
                </span>
                <span className={styles['grow']} />
                <Button look="quiet" aria-label={t('grants.revokeOf', { name })} onClick={() => revoke(workflow)}>
                  {t('grants.revoke')}
                </Button>
              </div>
              <ul>
                {grants.map(({ ability, target, at }) => (
                  <li key={`${ability} ${target}`} className={words['about']}>
                    {t(`grants.ability.${ability}`, { target })} · {shownDate(at)}
                  </li>
                ))}
              </ul>
            </li>
          ))}
        </ul>
        {task.fault && <Fault fault={task.fault} />}
      </section>
    </>
  );
}

/** What the workflow of the open tab reaches, as it is saved. */
function Needs({ file }: { file: string }): ReactNode {
  const { client } = useStudio();
  const queries = useQueryClient();
  const task = useTask<void>();
  const { data: needs, error } = useQuery(grantNeeds(client, file));
  const missing = needs?.filter(({ granted }) => !granted) ?? [];

  function grant(): void {
    task.run(async () => {
      const grants = missing.map(({ ability, target }) => ({ ability, target }));
      await client.grants.add({ workflow: file, grants });
      await queries.invalidateQueries({ queryKey: ['grants'] });
    });
  }

  return (
    <section className={styles['group']} aria-label={t('grants.needs')}>
      <h4>{t('grants.needs')}</h4>
      {error && (
        <p className={words['about']} role="alert">
          {error.message}
        </p>
      )}
      {needs?.length === 0 && <p className={words['about']}>{t('grants.needsNothing')}</p>}
      {needs && needs.length > 0 && (
        <ul className={styles['rows']}>
          {needs.map(({ ability, target, granted }) => (
            <li key={`${ability} ${target}`} className={styles['row']}>
              <span>{t(`grants.ability.${ability}`, { target })}</span>
              <span className={styles['badge']} data-tone={granted ? 'good' : 'warning'}>
                {t(granted ? 'grants.granted' : 'grants.missing')}
              </span>
            </li>
          ))}
        </ul>
      )}
      {missing.length > 0 && (
        <div className={styles['buttons']}>
          <Button look="primary" onClick={grant} aria-disabled={task.isBusy}>
            {t('grants.grant', { n: missing.length })}
          </Button>
        </div>
      )}
      {task.fault && <Fault fault={task.fault} />}
    </section>
  );
}
