import { useVirtualizer } from '@tanstack/react-virtual';
import { ChevronRight, type LucideIcon } from 'lucide-react';
import {
  type KeyboardEvent,
  type MouseEvent,
  type ReactNode,
  type Ref,
  useEffect,
  useId,
  useImperativeHandle,
  useRef,
  useState,
} from 'react';
import type { Hit } from '../../../app/core/search/search-workflow.ts';
import { placeKey } from '../../../app/core/search/workflow-texts.ts';
import { t } from '../../strings/text.ts';
import { classes } from '../../ui/classes.ts';
import shared from '../panel-body.module.css';
import styles from './search.module.css';
import type { FoundFile } from './use-text-search.ts';

export interface HitTreeProps {
  ref: Ref<HTMLDivElement>;
  files: readonly FoundFile[];
  /** Key of the row that is looked at. */
  looked: string | undefined;
  replaceIcon: LucideIcon;
  onLook: (key: string) => void;
  /** To a match, or to the file itself. */
  onGo: (file: FoundFile, hit: Hit | undefined) => void;
  /** One match, or all of the file. */
  onReplace: (file: FoundFile, hit: Hit | undefined) => void;
}

interface Row {
  key: string;
  file: FoundFile;
  /** Undefined on the row of the file. */
  hit: Hit | undefined;
}

const HEIGHT = { file: 32, hit: 42 };
const OVERSCAN = 12;

/** Matches by file, each with its line. Only what can be seen is drawn. */
export function HitTree({
  ref,
  files,
  looked,
  replaceIcon: ReplaceIcon,
  onLook,
  onGo,
  onReplace,
}: HitTreeProps): ReactNode {
  const tree = useRef<HTMLDivElement>(null);
  useImperativeHandle(ref, () => tree.current as HTMLDivElement);
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const id = useId();
  const rows: Row[] = files.flatMap((file) => [
    { key: file.file, file, hit: undefined },
    ...(closed.has(file.file)
      ? []
      : file.hits.map((hit) => ({ key: `${file.file} ${placeKey(hit.place)} ${hit.start}`, file, hit }))),
  ]);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => tree.current,
    estimateSize: (at) => (rows[at]?.hit ? HEIGHT.hit : HEIGHT.file),
    getItemKey: (at) => rows[at]?.key ?? at,
    overscan: OVERSCAN,
  });
  const at = rows.findIndex(({ key }) => key === looked);
  const items = virtual.getVirtualItems();
  const isDrawn = items.some(({ index }) => index === at);
  // What was replaced is gone from the list: the one that took its place is next.
  const place = useRef(0);
  if (at >= 0) place.current = at;

  const rowOf = useRef(at);
  rowOf.current = at;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the row that is looked at is what scrolls
  useEffect(() => {
    if (rowOf.current >= 0) virtual.scrollToIndex(rowOf.current);
  }, [looked]);

  const look = (to: number) => {
    const row = rows[Math.max(0, Math.min(rows.length - 1, to))];
    if (row) onLook(row.key);
    return row;
  };
  const toggle = ({ file: { file } }: Row) =>
    setClosed((before) =>
      before.has(file) ? new Set([...before].filter((one) => one !== file)) : new Set([...before, file]),
    );

  function press(event: KeyboardEvent): void {
    const row = rows[at];
    const page = Math.max(1, Math.floor((tree.current?.clientHeight ?? HEIGHT.hit) / HEIGHT.hit) - 1);
    const moves: Readonly<Record<string, number>> = {
      ArrowDown: at < 0 ? place.current : at + 1,
      ArrowUp: at < 0 ? place.current : at - 1,
      PageDown: at + page,
      PageUp: at - page,
      Home: 0,
      End: rows.length - 1,
    };
    const next = moves[event.key];
    if (next !== undefined) look(next);
    else if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      if (row) onReplace(row.file, row.hit);
    } else if (event.key === 'Enter') {
      if (row) onGo(row.file, row.hit);
    } else if (event.key === 'ArrowRight' && row && !row.hit && closed.has(row.file.file)) toggle(row);
    else if (event.key === 'ArrowLeft' && row) {
      if (row.hit) look(rows.findIndex((one) => one.file === row.file));
      else if (!closed.has(row.file.file)) toggle(row);
    } else return;
    event.preventDefault();
  }

  function click({ target }: MouseEvent): void {
    if (!(target instanceof Element)) return;
    const row = rows[Number(target.closest('[data-row]')?.getAttribute('data-row') ?? -1)];
    if (!row) return;
    onLook(row.key);
    if (target.closest('[data-replace]')) onReplace(row.file, row.hit);
    else if (row.hit) onGo(row.file, row.hit);
    else toggle(row);
  }

  return (
    <div
      ref={tree}
      className={styles['tree']}
      role="tree"
      tabIndex={0}
      aria-label={t('search.results')}
      aria-activedescendant={isDrawn ? `${id}-${at}` : undefined}
      onFocus={({ target, currentTarget }) => {
        // What comes first is what Enter leads to.
        if (target === currentTarget && at < 0) look(rows[place.current]?.hit ? place.current : place.current + 1);
      }}
      onKeyDown={press}
      onClick={click}
    >
      <div role="presentation" className={styles['rows']} style={{ height: virtual.getTotalSize() }}>
        {items.map(({ index, start, size }) => {
          const row = rows[index];
          if (!row) return null;
          const { file, hit } = row;
          return (
            <div
              key={row.key}
              id={`${id}-${index}`}
              role="treeitem"
              tabIndex={-1}
              data-row={index}
              className={styles[hit ? 'hit' : 'file']}
              aria-level={hit ? 2 : 1}
              aria-selected={row.key === looked}
              aria-expanded={hit ? undefined : !closed.has(file.file)}
              aria-posinset={index + 1}
              aria-setsize={rows.length}
              style={{ height: size, transform: `translateY(${start}px)` }}
            >
              {hit ? <HitRow file={file} hit={hit} /> : <FileRow file={file} isOpen={!closed.has(file.file)} />}
              <button
                type="button"
                tabIndex={-1}
                data-replace
                className={styles['replace']}
                aria-label={t(hit ? 'search.replaceOne' : 'search.replaceFile', { name: file.title })}
                title={t(hit ? 'search.replaceOne' : 'search.replaceFile', { name: file.title })}
              >
                <ReplaceIcon aria-hidden />
              </button>
            </div>
          );
        })}
      </div>
    </div>
  );
}

function FileRow({ file: { file, title, hits }, isOpen }: { file: FoundFile; isOpen: boolean }): ReactNode {
  return (
    <>
      <ChevronRight aria-hidden className={styles['toggle']} data-open={isOpen} />
      <span className={classes(shared['cut'], styles['title'])} title={file}>
        {title}
      </span>
      <span className={styles['badge']}>{hits.length}</span>
    </>
  );
}

function HitRow({ file, hit }: { file: FoundFile; hit: Hit }): ReactNode {
  return (
    <span className={styles['words']}>
      <span className={styles['where']}>{placeName(file, hit)}</span>
      <span className={styles['preview']}>
        {hit.before}
        <mark>{hit.match}</mark>
        {hit.after}
      </span>
    </span>
  );
}

function placeName({ nodeName }: FoundFile, { place: { of, id, path = [] }, line }: Hit): string {
  switch (of) {
    case 'workflow':
      return t(id === 'name' ? 'search.place.name' : 'search.place.description');
    case 'input':
    case 'output':
      return t(`search.place.${of}`, { name: id });
    case 'node':
      return t('search.place.node', { node: nodeName(id) });
    case 'config':
      return t('search.place.config', { node: nodeName(id), field: String(path[0] ?? ''), line });
    case 'prompt':
      return t('search.place.prompt', { line });
    default:
      return t(`search.place.${of}`);
  }
}
