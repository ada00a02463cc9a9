import * as z from 'zod';
import { createStore, type StoreApi } from 'zustand/vanilla';
import { keepValue, keptValue } from './kept.ts';
import { fileOf, type OpenDocuments } from './open-documents.ts';

/** A step inwards: the node of a workflow through which the workflow inside it was opened. */
const Crumb = z.strictObject({ file: z.string().max(300), node: z.string().max(64) });
export type Crumb = z.infer<typeof Crumb>;

/** Somewhere a person was: a workflow, and the way that led into it, outermost first. */
const Place = z.strictObject({ file: z.string().max(300), within: z.array(Crumb).max(32) });
export type Place = z.infer<typeof Place>;

/** Deeper no run goes (and a circle of files could be walked for ever). */
const MAX_DEPTH = 16;
const MAX_VISITED = 60;

const Kept = z.object({ visited: z.array(Place).max(MAX_VISITED), at: z.int(), trails: z.array(Place).max(100) });

export interface PlacesState {
  /** Oldest first. */
  visited: readonly Place[];
  /** Which of them is shown; -1 before the first. */
  at: number;
  /** How each open file was come to through nodes of others; of one that was opened by itself nothing. */
  trails: ReadonlyMap<string, readonly Crumb[]>;
}

/** Where a person was, to go back there; and the way out of workflows that are run by others. */
export interface Places {
  readonly store: StoreApi<PlacesState>;
  /** Opens a workflow through a node of the one that is shown. @throws what opening it fails with */
  enter(file: string, through: Crumb): Promise<void>;
  /** The workflow around, with the node selected that was gone in through; `steps` crumbs outwards. */
  out(steps?: number): Promise<void>;
  back(): Promise<void>;
  forward(): Promise<void>;
  trailOf(file: string): readonly Crumb[];
}

const none: readonly Crumb[] = [];
const NAME = 'places';

/** The workflows around a file, from the state: the same list as long as it does not change. */
export const trailIn = ({ trails }: PlacesState, file: string): readonly Crumb[] => trails.get(file) ?? none;

export function createPlaces(documents: OpenDocuments): Places {
  const kept = Kept.safeParse(keptValue('window', NAME)).data;
  const store = createStore<PlacesState>(() => ({
    visited: kept?.visited ?? [],
    at: Math.min(kept?.at ?? -1, (kept?.visited.length ?? 0) - 1),
    trails: new Map((kept?.trails ?? []).map(({ file, within }) => [file, within])),
  }));
  const trailOf = (file: string) => trailIn(store.getState(), file);

  store.subscribe(({ visited, at, trails }) =>
    keepValue('window', NAME, {
      visited,
      at,
      trails: [...trails].slice(-100).map(([file, within]) => ({ file, within })),
    }),
  );

  function setTrail(file: string, within: readonly Crumb[]): void {
    const trails = new Map(store.getState().trails);
    if (within.length === 0) trails.delete(file);
    else trails.set(file, within);
    store.setState({ trails });
  }

  documents.store.subscribe(({ tabs, active }, before) => {
    const open = new Set(tabs.map(fileOf));
    for (const tab of before.tabs) {
      const file = fileOf(tab);
      // Closed, it was left for good: opened by itself later, it lies within nothing.
      if (!tabs.some(({ key }) => key === tab.key) && !open.has(file) && trailOf(file) !== none) setTrail(file, none);
    }
    const shown = tabs.find(({ key }) => key === active);
    if (!shown) return;
    const file = fileOf(shown);
    const { visited, at } = store.getState();
    if (visited[at]?.file === file) return;
    const next = [...visited.slice(0, at + 1), { file, within: [...trailOf(file)] }].slice(-MAX_VISITED);
    store.setState({ visited: next, at: next.length - 1 });
  });

  /** To a neighbour in the list; one that is gone is taken out of it, and the next is tried. */
  async function move(by: -1 | 1): Promise<void> {
    for (;;) {
      const { visited, at } = store.getState();
      const place = visited[at + by];
      if (!place) return;
      try {
        setTrail(place.file, place.within);
        store.setState({ at: at + by });
        await documents.open(place.file);
        return;
      } catch (thrown) {
        const left = visited.filter((one) => one !== place);
        store.setState({ visited: left, at: by < 0 ? at - 1 : at });
        if (!left[by < 0 ? at - 2 : at + 1]) throw thrown;
      }
    }
  }

  return {
    store,
    trailOf,
    async enter(file, through) {
      const within = [...trailOf(through.file), through].slice(-MAX_DEPTH);
      await documents.open(file);
      setTrail(file, within);
      const { visited, at } = store.getState();
      if (visited[at]?.file === file)
        store.setState({ visited: visited.map((place, n) => (n === at ? { file, within } : place)) });
    },
    async out(steps = 1) {
      const shown = documents.shown();
      const trail = shown ? trailOf(fileOf(shown)) : none;
      const crumb = trail.at(-steps);
      if (!crumb) return;
      await documents.open(crumb.file);
      const outer = trail.slice(0, -steps);
      // Opened anew, it lies again within what it lay in.
      if (trailOf(crumb.file) === none && outer.length > 0) setTrail(crumb.file, outer);
      documents.active()?.document.select([crumb.node]);
    },
    back: () => move(-1),
    forward: () => move(1),
  };
}
