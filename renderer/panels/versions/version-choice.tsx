import { useQuery } from '@tanstack/react-query';
import { Waypoints } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { workflowList, workflowVersions } from '../../rpc/queries.ts';
import { useStudio } from '../../shell/studio-context.ts';
import { compareVersions } from '../../state/compare-versions.ts';
import type { VersionSource } from '../../state/frozen-graph.ts';
import { shownMoment } from '../../strings/figures.ts';
import { t } from '../../strings/text.ts';
import { Button } from '../../ui/button.tsx';
import { classes } from '../../ui/classes.ts';
import { Field } from '../../ui/field.tsx';
import shared from '../panel-body.module.css';
import styles from './versions.module.css';

export interface VersionChoiceProps {
  file: string;
  /** Of what lies on the disk: with it the list of versions changes. */
  hash: string;
}

const keyOf = ({ file, version }: VersionSource) => `${file}\n${version ?? ''}`;

/** Which two are laid over each other: versions of this workflow, or other workflows of the workspace. */
export function VersionChoice({ file, hash }: VersionChoiceProps): ReactNode {
  const studio = useStudio();
  const { data: versions = [] } = useQuery(workflowVersions(studio.client, file, hash));
  const { data: workflows = [] } = useQuery(workflowList(studio.client));
  const now: VersionSource = { file, version: undefined };
  const own = [now, ...versions.map(({ version }) => ({ file, version }))];
  const others = workflows.filter((one) => one.file !== file && one.readable);
  const all = [...own, ...others.map((one) => ({ file: one.file, version: undefined }))];
  const [chosen, setChosen] = useState<{ before?: string; after?: string }>({});
  const find = (key: string | undefined) => all.find((one) => keyOf(one) === key);
  // The name of a version ends like the hash of its text: that of the disk is what is now.
  const earlier = own.find(({ version }) => version !== undefined && !version.endsWith(hash.slice(0, 16)));
  // Without an earlier version nothing says which other workflow is meant: that is chosen.
  const before = find(chosen.before) ?? earlier;
  const after = find(chosen.after) ?? now;
  const nameOf = (version: string | undefined) => {
    const at = versions.find((one) => one.version === version)?.at;
    return at === undefined ? t('versions.now') : shownMoment(at);
  };

  const select = (side: 'before' | 'after', value: VersionSource | undefined) => (
    <Field label={t(`compare.${side}`)}>
      {(control) => (
        <select
          {...control}
          value={value ? keyOf(value) : ''}
          onChange={({ target }) => setChosen({ ...chosen, [side]: target.value })}
        >
          {!value && <option value="">{t('versions.choose')}</option>}
          <optgroup label={t('versions.own')}>
            {own.map((one) => (
              <option key={keyOf(one)} value={keyOf(one)}>
                {nameOf(one.version)}
              </option>
            ))}
          </optgroup>
          {others.length > 0 && (
            <optgroup label={t('versions.others')}>
              {others.map((one) => (
                <option key={one.file} value={keyOf({ file: one.file, version: undefined })}>
                  {one.title}
                </option>
              ))}
            </optgroup>
          )}
        </select>
      )}
    </Field>
  );
  // With itself alone nothing can be compared.
  if (all.length < 2) return null;
  return (
    <div className={classes(shared['choices'], styles['choice'])}>
      {select('before', before)}
      {select('after', after)}
      <Button
        aria-disabled={!before}
        title={before ? undefined : t('versions.chooseFirst')}
        onClick={() => before && void compareVersions(studio, before, after).catch(studio.notices.fail)}
      >
        <Waypoints aria-hidden />
        {t('compare.onCanvas')}
      </Button>
    </div>
  );
}
