import { ListFilter, SearchCheck } from 'lucide-react';
import { askWhy, followChunks } from '../state/insight.ts';
import type { Studio } from '../state/studio.ts';
import { defineAction } from './action.ts';
import { selectedNode } from './unavailable.ts';

const needsRun = ({ documents }: Studio) =>
  documents.graph()?.run.store.getState().view ? undefined : ({ key: 'unavailable.noRun' } as const);

/** Of the selected node the step that is looked at, or else its first. */
function selectedStep(studio: Studio): string | undefined {
  const graph = studio.documents.graph();
  const node = selectedNode(studio);
  const steps = graph?.run.store.getState().view?.steps.filter((one) => one.node === node) ?? [];
  const looked = graph?.run.looked.getState().step;
  return (steps.find(({ step }) => step === looked) ?? steps[0])?.step;
}

export const actions = [
  defineAction({
    id: 'run.why',
    title: 'action.run.why',
    group: 'run',
    icon: SearchCheck,
    unavailable: needsRun,
    run(studio) {
      const graph = studio.documents.graph();
      if (graph) askWhy(studio, graph, selectedStep(studio));
    },
  }),
  defineAction({
    id: 'run.retrieval',
    title: 'action.run.retrieval',
    group: 'run',
    icon: ListFilter,
    unavailable: needsRun,
    run(studio) {
      const graph = studio.documents.graph();
      if (graph) followChunks(studio, graph, selectedStep(studio));
    },
  }),
];
