import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import type { SecretList } from '../../../app/core/contracts/secret.ts';
import { secretList } from '../../rpc/queries.ts';
import { useStudio } from '../../shell/studio-context.ts';
import { t } from '../../strings/text.ts';
import { Button } from '../../ui/button.tsx';
import { Fault } from '../../ui/fault.tsx';
import { Field } from '../../ui/field.tsx';
import words from '../../ui/text.module.css';
import { useTask } from '../../ui/use-task.ts';
import type { SectionProps } from './section.ts';
import styles from './settings.module.css';

type Secret = SecretList['secrets'][number];
type Vault = SecretList['vault'];
/** What the form is open for: a new secret, or another value or other hosts for one that is there. */
type Editing = { kind: 'set'; name: string; hosts: string } | { kind: 'bind'; name: string; hosts: string };

/** Hosts as a person types them: with commas, spaces or lines between. */
const hostsIn = (text: string): string[] => text.split(/[\s,]+/).filter(Boolean);

/** Names, hosts and where each value lies. A value goes to the host of this page and never comes back. */
export function SecretsSection({ about }: SectionProps): ReactNode {
  const { client } = useStudio();
  const { data } = useQuery(secretList(client));
  const [editing, setEditing] = useState<Editing | undefined>(
    about === undefined ? undefined : { kind: 'set', name: about, hosts: '' },
  );
  if (!data) return null;
  const { vault, secrets } = data;
  return (
    <>
      <p className={styles['intro']}>{t('secrets.text')}</p>
      <VaultCard vault={vault} />
      {secrets.length > 0 && (
        <ul className={styles['rows']} aria-label={t('settings.secrets')}>
          {secrets.map((secret) => (
            <SecretRow key={secret.name} secret={secret} onEdit={setEditing} />
          ))}
        </ul>
      )}
      {editing ? (
        <SecretForm key={`${editing.kind} ${editing.name}`} editing={editing} onDone={() => setEditing(undefined)} />
      ) : (
        <div className={styles['buttons']}>
          <Button look="primary" onClick={() => setEditing({ kind: 'set', name: '', hosts: '' })}>
            {t('secrets.add')}
          </Button>
        </div>
      )}
    </>
  );
}

function VaultCard({ vault: { lock, made, open, keychainProblem } }: { vault: Vault }): ReactNode {
  const [wantsPassphrase, setWants] = useState(false);
  const isNew = !made;
  return (
    <div className={styles['card']}>
      <div className={styles['head']}>
        <span className={styles['name']}>{t('secrets.vault')}</span>
        <span className={styles['badge']} data-tone={open ? 'good' : 'warning'}>
          {t(open ? 'secrets.open' : 'secrets.locked')}
        </span>
        <span className={styles['grow']} />
        {isNew && lock === 'key file' && !wantsPassphrase && (
          <Button onClick={() => setWants(true)}>{t('secrets.usePassphrase')}</Button>
        )}
      </div>
      <p className={words['about']}>{t(`secrets.lock.${lock === 'key file' ? 'file' : lock}`)}</p>
      {keychainProblem !== null && <p className={words['about']}>{keychainProblem}</p>}
      {made && !open && lock === 'passphrase' && <UnlockForm isNew={false} onDone={() => undefined} />}
      {isNew && wantsPassphrase && <UnlockForm isNew onDone={() => setWants(false)} />}
    </div>
  );
}

/** Asks for the passphrase of the vault. The fields are the browser's own: what is typed is in no state of ours. */
function UnlockForm({ isNew, onDone }: { isNew: boolean; onDone: () => void }): ReactNode {
  const { client } = useStudio();
  const queries = useQueryClient();
  const task = useTask<void>();
  const [differs, setDiffers] = useState(false);
  const first = useRef<HTMLInputElement>(null);
  const again = useRef<HTMLInputElement>(null);

  function submit(event: FormEvent): void {
    event.preventDefault();
    const passphrase = first.current?.value ?? '';
    const isOther = isNew && again.current?.value !== passphrase;
    setDiffers(isOther);
    if (isOther || passphrase === '') return;
    for (const field of [first, again]) if (field.current) field.current.value = '';
    task.run(async () => {
      await client.secret.unlock({ passphrase });
      await queries.invalidateQueries({ queryKey: ['secrets'] });
      await queries.invalidateQueries({ queryKey: ['profiles'] });
      onDone();
    });
  }

  return (
    <form className={styles['fields']} onSubmit={submit} autoComplete="off">
      <Field label={t('secrets.passphrase')} help={isNew ? t('secrets.passphraseHelp') : undefined}>
        {(control) => <input {...control} ref={first} type="password" autoComplete="off" maxLength={1000} />}
      </Field>
      {isNew && (
        <Field label={t('secrets.again')} error={differs ? t('secrets.differs') : undefined}>
          {(control) => <input {...control} ref={again} type="password" autoComplete="off" maxLength={1000} />}
        </Field>
      )}
      {task.fault && <Fault fault={task.fault} />}
      <div className={styles['buttons']}>
        <Button look="primary" type="submit" aria-disabled={task.isBusy}>
          {t(task.isBusy ? 'secrets.unlocking' : isNew ? 'secrets.protect' : 'secrets.unlock')}
        </Button>
      </div>
    </form>
  );
}

function SecretRow({ secret, onEdit }: { secret: Secret; onEdit: (editing: Editing) => void }): ReactNode {
  const { client } = useStudio();
  const queries = useQueryClient();
  const task = useTask<void>();
  const { name, source, hosts, profiles } = secret;
  const shownHosts = hosts.join(', ');
  const isOurs = source === 'vault' || (source === null && hosts.length > 0);

  function remove(): void {
    task.run(async () => {
      await client.secret.remove({ name });
      await queries.invalidateQueries({ queryKey: ['secrets'] });
      await queries.invalidateQueries({ queryKey: ['profiles'] });
    });
  }

  return (
    <li className={styles['row']} aria-label={name}>
      <div className={styles['words']}>
        <div className={styles['head']}>
          <span className={styles['name']}>{name}</span>
          <span className={styles['badge']} data-tone={source === null ? 'warning' : 'good'}>
            {t(source === null ? 'secrets.source.none' : `secrets.source.${source}`)}
          </span>
        </div>
        <span className={words['about']}>
          {[
            shownHosts === '' ? source !== null && t('secrets.unbound') : t('secrets.goesTo', { hosts: shownHosts }),
            profiles.length > 0 && t('secrets.usedBy', { profiles: profiles.join(', ') }),
          ]
            .filter(Boolean)
            .join(' · ')}
        </span>
      </div>
      <Button
        look="quiet"
        aria-label={t(source === 'vault' ? 'secrets.replaceOf' : 'secrets.setOf', { name })}
        onClick={() => onEdit({ kind: 'set', name, hosts: shownHosts })}
      >
        {t(source === 'vault' ? 'secrets.replace' : 'secrets.set')}
      </Button>
      {source !== null && (
        <Button
          look="quiet"
          aria-label={t('secrets.bindOf', { name })}
          onClick={() => onEdit({ kind: 'bind', name, hosts: shownHosts })}
        >
          {t('secrets.bind')}
        </Button>
      )}
      {isOurs && (
        <Button look="quiet" aria-label={t('secrets.removeOf', { name })} onClick={remove}>
          {t('secrets.remove')}
        </Button>
      )}
      {task.fault && <Fault fault={task.fault} />}
    </li>
  );
}

function SecretForm({ editing, onDone }: { editing: Editing; onDone: () => void }): ReactNode {
  const { client } = useStudio();
  const queries = useQueryClient();
  const task = useTask<void>();
  const [name, setName] = useState(editing.name);
  const [hosts, setHosts] = useState(editing.hosts);
  /** The browser's own field: the value is in no state of ours, and gone from the page as soon as it was sent. */
  const value = useRef<HTMLInputElement>(null);
  const form = useRef<HTMLFormElement>(null);
  // It was asked for: what is to be filled in first has the focus, and is seen.
  useEffect(() => form.current?.querySelector<HTMLElement>('input:not([readonly])')?.focus(), []);

  function submit(event: FormEvent): void {
    event.preventDefault();
    const typed = value.current?.value ?? '';
    if (value.current) value.current.value = '';
    task.run(async () => {
      const bound = { name: name.trim(), hosts: hostsIn(hosts) };
      if (editing.kind === 'set') await client.secret.set({ ...bound, value: typed });
      else await client.secret.bindTo(bound);
      await queries.invalidateQueries({ queryKey: ['secrets'] });
      await queries.invalidateQueries({ queryKey: ['profiles'] });
      onDone();
    });
  }

  return (
    <form ref={form} className={styles['form']} onSubmit={submit} autoComplete="off" aria-label={t('secrets.form')}>
      <Field label={t('secrets.name')} help={t('secrets.nameHelp')}>
        {(control) => (
          <input
            {...control}
            value={name}
            maxLength={64}
            readOnly={editing.name !== ''}
            autoComplete="off"
            spellCheck={false}
            onChange={({ target }) => setName(target.value.toUpperCase())}
          />
        )}
      </Field>
      {editing.kind === 'set' && (
        <Field label={t('secrets.value')} help={t('secrets.valueHelp')}>
          {(control) => <input {...control} ref={value} type="password" autoComplete="off" maxLength={16_384} />}
        </Field>
      )}
      <Field label={t('secrets.hosts')} help={t('secrets.hostsHelp')}>
        {(control) => (
          <input
            {...control}
            value={hosts}
            maxLength={3000}
            spellCheck={false}
            placeholder="api.example.com"
            onChange={({ target }) => setHosts(target.value)}
          />
        )}
      </Field>
      {task.fault && <Fault fault={task.fault} />}
      <div className={styles['buttons']}>
        <Button look="primary" type="submit" aria-disabled={task.isBusy}>
          {t(editing.kind === 'set' ? 'secrets.keep' : 'secrets.bindNow')}
        </Button>
        <Button onClick={onDone}>{t('dialog.cancel')}</Button>
      </div>
    </form>
  );
}
