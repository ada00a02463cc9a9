import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import { workspaceInfo } from '../../rpc/queries.ts';
import { useStudio } from '../../shell/studio-context.ts';
import { t } from '../../strings/text.ts';
import type { Widget, WidgetProps } from './widget.ts';

/** A profile or a collection: one of the workspace, or a name that the workflow gives to one. */
function ReferenceWidget({ control, field, value, onChange, document }: WidgetProps): ReactNode {
  const { data } = useQuery(workspaceInfo(useStudio().client));
  const isProfile = field.widget === 'profile';
  const aliases = useStore(document.store, ({ doc }) => (isProfile ? doc.profiles : doc.collections));
  const known = new Map<string, string>();
  for (const { name, provider, model, use } of isProfile ? (data?.profiles ?? []) : [])
    if (use === 'chat') known.set(name, `${name} (${provider}, ${model})`);
  for (const { name } of isProfile ? [] : (data?.collections ?? [])) known.set(name, name);
  for (const [alias, { name }] of aliases) if (alias !== name) known.set(alias, `${alias} (${name})`);
  const chosen = typeof value === 'string' ? value : '';
  return (
    <select
      {...control}
      value={chosen}
      onChange={({ target }) => onChange(target.value === '' ? undefined : target.value)}
    >
      <option value="">{t('inspector.choose')}</option>
      {chosen !== '' && !known.has(chosen) && <option value={chosen}>{t('inspector.gone', { name: chosen })}</option>}
      {[...known].map(([name, label]) => (
        <option key={name} value={name}>
          {label}
        </option>
      ))}
    </select>
  );
}

export const widget: Widget = { for: ['profile', 'collection'], component: ReferenceWidget };
