import * as z from 'zod';
import { createStore, type StoreApi } from 'zustand/vanilla';
import { languageTags } from '../strings/languages.ts';
import { motions } from '../theme/motion.ts';
import { themes } from '../theme/theme.ts';
import { keepValue, keptValue } from './kept.ts';

/** Where panels may stand. Each place shows one of its panels, or none. */
export const places = ['left', 'right', 'dock'] as const;
export type Place = (typeof places)[number];

/** Smallest and largest size of a place in pixels: width at the sides, height of the dock. */
export const bounds: Readonly<Record<Place, { least: number; most: number }>> = {
  left: { least: 200, most: 480 },
  right: { least: 260, most: 640 },
  dock: { least: 120, most: 640 },
};

const place = (panel: string, open: boolean, size: number) =>
  z
    .object({
      panel: z.string().max(100).catch(panel),
      open: z.boolean().catch(open),
      size: z.number().min(100).max(2000).catch(size),
    })
    .catch({ panel, open, size });

export const wireShapes = ['curved', 'stepped'] as const;

/** How a person likes the studio: kept for every window, and read with care, since it lies where anyone may write. */
const View = z.object({
  theme: z.enum(themes).catch('system'),
  left: place('nodes', true, 264),
  right: place('inspector', true, 320),
  dock: place('run', false, 260),
  /** The canvas alone, without what stands beside it. */
  focus: z.boolean().catch(false),
  /** The tour was seen or skipped. */
  toured: z.boolean().catch(false),
  minimap: z.boolean().catch(true),
  snap: z.boolean().catch(true),
  wires: z.enum(wireShapes).catch('curved'),
  /** Wires are shown only with their node, their focus or Shift. */
  wiresHidden: z.boolean().catch(false),
  motion: z.enum(motions).catch('system'),
  language: z.enum(languageTags).catch('en'),
  /** What a plain drag on the canvas does. */
  pointer: z.enum(['select', 'pan']).catch('select'),
  /** Node types that were added last, newest first. */
  recent: z.array(z.string().max(64)).max(8).catch([]),
  /** Keys that this person gave to actions, by the action's id. */
  keys: z.record(z.string(), z.array(z.string().max(40)).max(4)).catch({}),
});
export type ViewState = z.infer<typeof View>;
export type ViewStore = StoreApi<ViewState>;

const NAME = 'view';

/** The view as this user left it; whatever changes in it is kept. */
export function createViewStore(): ViewStore {
  const store = createStore<ViewState>(() => View.parse(keptValue('user', NAME) ?? {}));
  store.subscribe((state) => keepValue('user', NAME, state));
  return store;
}

/** Shows a panel in its place; a second time it closes the place. */
export function togglePanel(view: ViewStore, at: Place, panel: string): void {
  const now = view.getState()[at];
  view.setState({ [at]: { ...now, panel, open: !(now.open && now.panel === panel) } });
}

export function showPanel(view: ViewStore, at: Place, panel: string): void {
  view.setState((state) => ({ [at]: { ...state[at], panel, open: true } }));
}

export function resizePlace(view: ViewStore, at: Place, size: number): void {
  const { least, most } = bounds[at];
  view.setState((state) => ({ [at]: { ...state[at], size: Math.max(least, Math.min(most, Math.round(size))) } }));
}

export function addRecent(view: ViewStore, type: string): void {
  view.setState(({ recent }) => ({ recent: [type, ...recent.filter((other) => other !== type)].slice(0, 8) }));
}
