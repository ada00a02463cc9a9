import { Command } from 'cmdk';
import { Search } from 'lucide-react';
import { type DragEvent, type ReactNode, useState } from 'react';
import type { Ports } from '../../app/core/graph/ports.ts';
import type { AnyManifest, Family } from '../../app/core/nodekit/define-node.ts';
import { ranked } from '../search/ranked.ts';
import { t } from '../strings/text.ts';
import { ListSearch } from '../ui/list-search.tsx';
import { NodeIcon } from '../ui/node-icon.tsx';
import { NODE_DRAG } from './node-drag.ts';
import styles from './node-list.module.css';

const families: readonly Family[] = ['io', 'retrieve', 'model', 'check', 'logic', 'ingest'];

export interface NodeListProps {
  types: readonly AnyManifest[];
  /** Types to show before all others while nothing is searched for. */
  recent?: readonly string[];
  /** Entries can be dragged onto the canvas. */
  draggable?: boolean;
  focused?: boolean;
  onPick: (type: string) => void;
}

/** Node types with search, by what they are for; the one that is marked is explained below. */
export function NodeList({ types, recent = [], draggable = false, focused = false, onPick }: NodeListProps): ReactNode {
  const [search, setSearch] = useState('');
  const [marked, setMarked] = useState('');
  const [, markedType] = marked.split(' ');
  const about = types.find(({ type }) => type === markedType);
  const found =
    search.trim() === '' ? undefined : ranked(types, search, ({ title, summary, type }) => [title, summary, type]);
  const last = recent.flatMap((type) => types.find((one) => one.type === type) ?? []).slice(0, 4);
  const item = (manifest: AnyManifest, group: string) => (
    <Command.Item
      key={`${group} ${manifest.type}`}
      className={styles['item']}
      value={`${group} ${manifest.type}`}
      onSelect={() => onPick(manifest.type)}
      draggable={draggable}
      onDragStart={(event: DragEvent) => {
        event.dataTransfer.setData(NODE_DRAG, manifest.type);
        event.dataTransfer.effectAllowed = 'copy';
      }}
    >
      <NodeIcon manifest={manifest} />
      {manifest.title}
    </Command.Item>
  );
  return (
    <Command
      className={styles['command']}
      label={t('palette.title')}
      value={marked}
      onValueChange={setMarked}
      // What fits stands in the order of how well it fits: the library's own order follows its groups.
      shouldFilter={false}
      loop
    >
      <div className={styles['search']}>
        <Search aria-hidden />
        <ListSearch value={search} onValueChange={setSearch} placeholder={t('palette.search')} autoFocus={focused} />
      </div>
      <Command.List className={styles['list']} label={t('palette.title')}>
        {found?.map((one) => item(one, 'found'))}
        {!found && last.length > 0 && (
          <Command.Group heading={t('palette.recent')}>{last.map((one) => item(one, 'recent'))}</Command.Group>
        )}
        {!found &&
          families.map((family) => {
            const group = types.filter((one) => one.family === family);
            return (
              group.length > 0 && (
                <Command.Group key={family} heading={t(`family.${family}`)}>
                  {group.map((one) => item(one, family))}
                </Command.Group>
              )
            );
          })}
      </Command.List>
      {/* Beside the list: a list box may hold nothing but options. */}
      {found?.length === 0 && <p className={styles['empty']}>{t('palette.none', { search })}</p>}
      <div className={styles['about']}>{about ? <About manifest={about} /> : t('palette.hint')}</div>
    </Command>
  );
}

function About({ manifest }: { manifest: AnyManifest }): ReactNode {
  return (
    <>
      <strong>{manifest.title}</strong>
      <span>{manifest.summary}</span>
      <PortNames label={t('palette.takes')} ports={manifest.inputs} />
      <PortNames label={t('palette.gives')} ports={manifest.outputs} />
    </>
  );
}

function PortNames({ label, ports }: { label: string; ports: Ports }): ReactNode {
  if (Object.keys(ports).length === 0) return null;
  return (
    <span className={styles['ports']}>
      <em>{label}</em>
      {Object.entries(ports).map(([name, { type }]) => (
        <span key={name} data-port-type={type}>
          {name}
        </span>
      ))}
    </span>
  );
}
