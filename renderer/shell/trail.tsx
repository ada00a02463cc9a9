import { ChevronRight, CornerLeftUp } from 'lucide-react';
import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import { manifestOf } from '../nodes/node-types.ts';
import { nameOfFile } from '../state/enter-workflow.ts';
import { shownName } from '../state/graph-queries.ts';
import { fileOf } from '../state/open-documents.ts';
import { type Crumb, trailIn } from '../state/places.ts';
import { t } from '../strings/text.ts';
import { ActionButton } from './action-button.tsx';
import { useStudio } from './studio-context.ts';
import styles from './trail.module.css';
import { useShownRun } from './use-shown-run.ts';

/** The workflows around the one that is shown, when it was gone into through a node that runs it. */
export function Trail(): ReactNode {
  const { documents, places } = useStudio();
  const { tabs, active } = useStore(documents.store);
  const tab = tabs.find(({ key }) => key === active);
  const file = tab ? fileOf(tab) : '';
  const crumbs = useStore(places.store, (state) => trailIn(state, file));
  if (!tab || crumbs.length === 0) return null;
  return (
    <nav className={styles['trail']} aria-label={t('trail.title')}>
      <ActionButton action="go.out" icon={CornerLeftUp} side="bottom" />
      <ol>
        {crumbs.map((crumb, at) => (
          <CrumbItem key={`${crumb.file} ${crumb.node}`} crumb={crumb} steps={crumbs.length - at} />
        ))}
        <li aria-current="page">{tab.kind === 'document' ? <Name file={file} /> : file}</li>
      </ol>
      {tab.kind === 'document' && <RunOfOuter open={tab} outer={crumbs[0]?.file ?? ''} />}
    </nav>
  );
}

function CrumbItem({ crumb: { file, node }, steps }: { crumb: Crumb; steps: number }): ReactNode {
  const studio = useStudio();
  const tabs = useStore(studio.documents.store, (state) => state.tabs);
  const around = tabs.find((one) => fileOf(one) === file);
  const through =
    around?.kind === 'document'
      ? shownName(around.document.store.getState().doc, node, (type) => manifestOf(type)?.title)
      : node;
  return (
    <li>
      <button type="button" title={file} onClick={() => void studio.places.out(steps).catch(studio.notices.fail)}>
        <Name file={file} />
      </button>
      <ChevronRight aria-hidden />
      <span className={styles['through']}>{through}</span>
      <ChevronRight aria-hidden />
    </li>
  );
}

function Name({ file }: { file: string }): ReactNode {
  const studio = useStudio();
  useStore(studio.documents.store);
  return <span>{nameOfFile(studio, file)}</span>;
}

/** Says when the states on the nodes are those of a run of the workflow around. */
function RunOfOuter({ open, outer }: { open: Parameters<typeof useShownRun>[0]; outer: string }): ReactNode {
  const studio = useStudio();
  const { scope } = useShownRun(open);
  if (scope === '') return null;
  return <span className={styles['run']}>{t('trail.run', { name: nameOfFile(studio, outer) })}</span>;
}
