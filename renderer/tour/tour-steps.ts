import type { Studio } from '../state/studio.ts';
import { showPanel } from '../state/view-store.ts';
import type { StringKey } from '../strings/text.ts';

/** One stop of the tour: a part of the page and what it is for. */
export interface TourStep {
  /** Selector of the part that is shown. */
  target: string;
  title: StringKey;
  text: StringKey;
  /** Shows the part where it is closed. */
  prepare?: (studio: Studio) => void;
}

const unfocused = ({ view }: Studio) => view.setState({ focus: false });

export const tourSteps: readonly TourStep[] = [
  {
    target: '[data-place="left"]',
    title: 'tour.nodes',
    text: 'tour.nodesText',
    prepare(studio) {
      unfocused(studio);
      showPanel(studio.view, 'left', 'nodes');
    },
  },
  { target: '[data-canvas]', title: 'tour.canvas', text: 'tour.canvasText' },
  {
    target: '[data-place="right"]',
    title: 'tour.inspector',
    text: 'tour.inspectorText',
    prepare: ({ view }) => showPanel(view, 'right', 'inspector'),
  },
  { target: '[data-tour="run"]', title: 'tour.run', text: 'tour.runText' },
  { target: '[data-tour="dock"]', title: 'tour.dock', text: 'tour.dockText', prepare: unfocused },
  { target: '[data-tour="commands"]', title: 'tour.commands', text: 'tour.commandsText' },
];
