import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { desktopBridge } from '../../rpc/desktop.ts';
import { aboutThis, licenceText } from '../../rpc/queries.ts';
import { useStudio } from '../../shell/studio-context.ts';
import { t } from '../../strings/text.ts';
import { Field } from '../../ui/field.tsx';
import words from '../../ui/text.module.css';
import styles from './settings.module.css';
import { UpdateGroup } from './update-group.tsx';

/** Versions, folders and licences, and what is told to whom. */
export function AboutSection(): ReactNode {
  const { client } = useStudio();
  const { data } = useQuery(aboutThis(client));
  const bridge = desktopBridge();
  if (!data) return null;
  const { name, licence, versions, folders, packages } = data;
  return (
    <>
      <p className={styles['intro']}>{t('about.text', { name, licence })}</p>
      <dl className={styles['facts']}>
        {versions.map(({ of, version }) => (
          <Fact key={of} label={of} text={version} />
        ))}
        <Fact label={t('about.workspace')} text={folders.workspace} />
        <Fact label={t('about.profile')} text={folders.profile} />
      </dl>
      {bridge && <UpdateGroup bridge={bridge} />}
      <section className={styles['group']} aria-label={t('about.telemetry')}>
        <h4>{t('about.telemetry')}</h4>
        <p className={words['about']}>{t('about.telemetryText')}</p>
      </section>
      <section className={styles['group']} aria-label={t('about.licences')}>
        <h4>{t('about.licences')}</h4>
        {packages.length === 0 ? (
          <p className={words['about']}>{t('about.notBuilt')}</p>
        ) : (
          <Licences packages={packages} />
        )}
      </section>
    </>
  );
}

function Fact({ label, text }: { label: string; text: string }): ReactNode {
  return (
    <>
      <dt>{label}</dt>
      <dd>{text}</dd>
    </>
  );
}

type Packages = readonly { name: string; version: string; licence: string; hasText: boolean }[];

function Licences({ packages }: { packages: Packages }): ReactNode {
  const { client } = useStudio();
  const [chosen, setChosen] = useState('');
  const one = packages.find(({ name, version }) => `${name} ${version}` === chosen);
  const { data } = useQuery({
    ...licenceText(client, one?.name ?? '', one?.version ?? ''),
    enabled: one !== undefined,
  });
  return (
    <>
      <p className={words['about']}>{t('about.packages', { n: packages.length, kinds: kindsOf(packages) })}</p>
      <Field label={t('about.package')}>
        {(control) => (
          <select {...control} value={chosen} onChange={({ target }) => setChosen(target.value)}>
            <option value="">{t('about.choose')}</option>
            {packages.map(({ name, version, licence }) => (
              <option key={`${name} ${version}`} value={`${name} ${version}`}>
                {name} {version} ({licence})
              </option>
            ))}
          </select>
        )}
      </Field>
      {one && data && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a text that scrolls must be reached by keyboard
        <pre className={styles['licence']} tabIndex={0}>
          {data.text ?? t('about.noText', { licence: one.licence })}
        </pre>
      )}
    </>
  );
}

/** `MIT 195, ISC 14`: the most frequent first. */
function kindsOf(packages: Packages): string {
  const counts = new Map<string, number>();
  for (const { licence } of packages) counts.set(licence, (counts.get(licence) ?? 0) + 1);
  return [...counts]
    .sort((a, b) => b[1] - a[1])
    .map(([licence, count]) => `${licence} ${count}`)
    .join(', ');
}
