import * as z from 'zod';
import { createStore, type StoreApi } from 'zustand/vanilla';
import { languageTags } from '../strings/languages.ts';
import { motions } from '../theme/motion.ts';
import { themes } from '../theme/theme.ts';
import { keepValue, keptValue } from './kept.ts';

/** Where panels may stand. Each place shows one of its panels, or none. */
export const places = ['left', 'right', 'dock'] as const;
export type Place = (typeof places)[number];

/** Sizes of a place in pixels, width at the sides and height of the dock; `usual` until a person sets another. */
export interface PlaceSizes {
  least: number;
  usual: number;
  most: number;
}

/** Of the height of a window: what the dock usually takes, and the pixels that it leaves to the canvas and the bars. */
const DOCK = { share: 0.42, usualLeast: 280, leaves: 280 };

/** The sizes of a place in a window of a height: a tall window shows more in the dock. */
export function sizesOf(at: Place, windowHeight: number): PlaceSizes {
  if (at === 'left') return { least: 200, usual: 264, most: 480 };
  if (at === 'right') return { least: 260, usual: 320, most: 640 };
  const least = 120;
  const most = Math.max(least, windowHeight - DOCK.leaves);
  return { least, usual: Math.min(most, Math.max(DOCK.usualLeast, Math.round(windowHeight * DOCK.share))), most };
}

const place = (panel: string, open: boolean) =>
  z
    .object({
      panel: z.string().max(100).catch(panel),
      open: z.boolean().catch(open),
      /** As a person set it. */
      size: z.number().min(100).max(4000).optional().catch(undefined),
    })
    .catch({ panel, open });

export const wireShapes = ['curved', 'stepped'] as const;

/** How a person likes the studio: kept for every window, and read with care, since it lies where anyone may write. */
const View = z.object({
  theme: z.enum(themes).catch('system'),
  left: place('nodes', true),
  right: place('inspector', true),
  dock: place('run', false),
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

/** Narrower than this, in CSS pixels, a window has room at one side: most windows are when the page is zoomed to 200 %. */
const NARROW = 900;

/** In a narrow window only the side that was opened last stays open, so that the canvas keeps its part. @returns ends it */
export function keepRoom(view: ViewStore): () => void {
  const make = (newest: 'left' | 'right') => {
    const { left, right } = view.getState();
    if (!left.open || !right.open || window.innerWidth >= NARROW) return;
    view.setState(newest === 'left' ? { right: { ...right, open: false } } : { left: { ...left, open: false } });
  };
  const onResize = () => make('left');
  onResize();
  const unsubscribe = view.subscribe(({ right }, before) => make(right.open && !before.right.open ? 'right' : 'left'));
  window.addEventListener('resize', onResize);
  return () => {
    unsubscribe();
    window.removeEventListener('resize', onResize);
  };
}

export function resizePlace(view: ViewStore, at: Place, size: number): void {
  view.setState((state) => ({ [at]: { ...state[at], size } }));
}

export function addRecent(view: ViewStore, type: string): void {
  view.setState(({ recent }) => ({ recent: [type, ...recent.filter((other) => other !== type)].slice(0, 8) }));
}
