import { Command } from 'cmdk';
import type { LucideIcon } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { ranked } from '../search/ranked.ts';
import { t } from '../strings/text.ts';
import styles from './choice-list.module.css';
import { Kbd } from './kbd.tsx';
import { ListSearch } from './list-search.tsx';

export interface Choice {
  id: string;
  title: string;
  /** Said beside the title, and searched too. */
  about?: string | undefined;
  icon?: LucideIcon | undefined;
  keys?: string | undefined;
  run: () => void;
}

export interface ChoiceGroup {
  title: string;
  /** Typed first, it leaves only this group: `@` for nodes. */
  scope?: string;
  choices: readonly Choice[];
}

/** A list that is searched by typing and walked through by arrows. */
export function ChoiceList({ label, groups }: { label: string; groups: readonly ChoiceGroup[] }): ReactNode {
  const [typed, setTyped] = useState('');
  const scope = groups.find((group) => group.scope !== undefined && typed.startsWith(group.scope));
  const search = (scope?.scope ? typed.slice(scope.scope.length) : typed).trim();
  const shown = scope ? [scope] : groups;
  const found =
    search === ''
      ? undefined
      : ranked(
          shown.flatMap(({ choices }) => choices),
          search,
          ({ title, about = '' }) => [title, about],
        );
  return (
    <Command
      className={styles['command']}
      label={label}
      loop
      // What fits stands in the order of how well it fits: the library's own order follows its groups.
      shouldFilter={false}
    >
      <ListSearch value={typed} onValueChange={setTyped} placeholder={label} />
      <Command.List className={styles['list']} label={label}>
        {found?.map(entry)}
        {!found &&
          shown.map(
            ({ title, choices }) =>
              choices.length > 0 && (
                <Command.Group key={title} heading={title}>
                  {choices.map(entry)}
                </Command.Group>
              ),
          )}
      </Command.List>
      {/* Beside the list: a list box may hold nothing but options. */}
      {found?.length === 0 && <p className={styles['empty']}>{t('choices.none')}</p>}
    </Command>
  );
}

function entry({ id, title, about, icon: Icon, keys, run }: Choice): ReactNode {
  return (
    <Command.Item key={id} className={styles['item']} value={id} onSelect={run}>
      {Icon && <Icon aria-hidden />}
      <span className={styles['grow']}>{title}</span>
      {about !== undefined && <span className={styles['about']}>{about}</span>}
      {keys !== undefined && <Kbd keys={keys} />}
    </Command.Item>
  );
}
