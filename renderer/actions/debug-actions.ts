import { CircleStop, OctagonPause, Redo, SlidersHorizontal, Snowflake, StepForward, Target } from 'lucide-react';
import { type Debugging, plainMark } from '../state/debugging.ts';
import { type ItemRef, idsOf, itemOf } from '../state/items.ts';
import type { OpenDocument } from '../state/open-documents.ts';
import { stopFault } from '../state/stop-places.ts';
import { goOn, stopsOf } from '../state/stops.ts';
import { openOverlay, type Studio } from '../state/studio.ts';
import type { Words } from '../strings/text.ts';
import { defineAction } from './action.ts';
import { needsDocument, needsOneNode, selectedNode } from './unavailable.ts';

export const actions = [
  defineAction({
    id: 'run.breakpoint',
    title: 'action.run.breakpoint',
    group: 'run',
    icon: OctagonPause,
    keys: ['F9'],
    unavailable: needsPlace,
    run: (studio) => at(studio, (open, ref) => open.debug.toggle(ref)),
  }),
  defineAction({
    id: 'debug.condition',
    title: 'action.debug.condition',
    group: 'run',
    icon: SlidersHorizontal,
    keys: ['Shift+F9'],
    unavailable: needsPlace,
    run: (studio) =>
      at(studio, ({ debug }, ref) => {
        if (!debug.store.getState().marks.has(ref)) debug.setMark(ref, plainMark);
        openOverlay(studio, 'breakpoint', ref);
      }),
  }),
  defineAction({
    id: 'debug.continue',
    title: 'action.debug.continue',
    group: 'run',
    icon: StepForward,
    keys: ['F8'],
    inText: true,
    unavailable: needsStop,
    run: (studio) => whenOpen(studio, (open) => goOn(studio, open, { action: 'continue' })),
  }),
  defineAction({
    id: 'debug.step',
    title: 'action.debug.step',
    group: 'run',
    icon: Redo,
    keys: ['F10'],
    inText: true,
    unavailable: needsStop,
    run: (studio) => whenOpen(studio, (open) => goOn(studio, open, { action: 'step' })),
  }),
  defineAction({
    id: 'debug.until',
    title: 'action.debug.until',
    group: 'run',
    icon: Target,
    keys: ['Mod+F10'],
    unavailable: (studio) => needsStop(studio) ?? needsPlace(studio),
    run: (studio) => at(studio, (open, ref) => goOn(studio, open, { action: 'continue', until: itemOf(ref).id })),
  }),
  defineAction({
    id: 'debug.pin',
    title: 'action.debug.pin',
    group: 'run',
    icon: Snowflake,
    unavailable: (studio) => needsOneNode(studio) ?? pinFault(studio),
    run(studio) {
      const [open, node] = [studio.documents.active(), selectedNode(studio)];
      if (!open || node === undefined) return;
      const { debug, run } = open;
      const given = lastGiven(run, node);
      const { view } = run.store.getState();
      if (isPinned(debug, node)) debug.setPin(node, undefined);
      else if (given && view) debug.setPin(node, { run: view.runId, step: given.step, at: Date.now() });
    },
  }),
  defineAction({
    id: 'debug.clear',
    title: 'action.debug.clear',
    group: 'run',
    icon: CircleStop,
    unavailable: (studio) =>
      needsDocument(studio) ??
      (studio.documents.active()?.debug.store.getState().marks.size ? undefined : { key: 'unavailable.noBreakpoint' }),
    run: (studio) => whenOpen(studio, ({ debug }) => debug.store.setState({ marks: new Map() })),
  }),
];

/** The node or wire that is selected, when it is one alone. */
function selectedPlace({ documents }: Studio): ItemRef | undefined {
  const selection = documents.active()?.document.store.getState().selection ?? new Set<ItemRef>();
  const [ref, another] = selection;
  if (ref === undefined || another !== undefined) return undefined;
  const { kind } = itemOf(ref);
  return kind === 'node' || kind === 'edge' ? ref : undefined;
}

function at(studio: Studio, work: (open: OpenDocument, ref: ItemRef) => void | Promise<void>): void | Promise<void> {
  const ref = selectedPlace(studio);
  return ref === undefined ? undefined : whenOpen(studio, (open) => work(open, ref));
}

function whenOpen({ documents }: Studio, work: (open: OpenDocument) => void | Promise<void>): void | Promise<void> {
  const open = documents.active();
  return open && work(open);
}

/** For what is done where runs may stop. */
function needsPlace(studio: Studio): Words | undefined {
  const open = studio.documents.active();
  if (!open) return { key: 'unavailable.noWorkflow' };
  const ref = selectedPlace(studio);
  return ref === undefined ? { key: 'unavailable.onePlace' } : stopFault(open.document.store.getState().doc, ref);
}

/** For what is done to a run that is stopped. */
function needsStop({ documents }: Studio): Words | undefined {
  const open = documents.active();
  if (!open) return { key: 'unavailable.noWorkflow' };
  return stopsOf(open.run.store.getState()).length > 0 ? undefined : { key: 'unavailable.notStopped' };
}

const isPinned = (debug: Debugging, node: string) => debug.store.getState().pins.has(node);

/** What a node gave in the run that is shown: in the turn that is looked at, else in the newest one that gave something. */
function lastGiven({ store, looked }: OpenDocument['run'], node: string) {
  const { view } = store.getState();
  const gave = view?.steps.filter(
    (one) =>
      one.node === node && (one.state === 'succeeded' || one.state === 'cached') && Object.keys(one.outputs).length > 0,
  );
  return gave?.find(({ step }) => step === looked.getState().step) ?? gave?.at(-1);
}

/** Why the output of a node cannot be pinned; one that is pinned can be unpinned always. */
function pinFault({ documents }: Studio): Words | undefined {
  const open = documents.active();
  const [node] = idsOf(open?.document.store.getState().selection ?? [], 'node');
  if (!open || node === undefined || isPinned(open.debug, node)) return undefined;
  if (!open.run.store.getState().view) return { key: 'unavailable.noRun' };
  return lastGiven(open.run, node) ? undefined : { key: 'unavailable.gaveNothing' };
}
