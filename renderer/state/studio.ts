import { createStore, type StoreApi } from 'zustand/vanilla';
import type { ContractClient } from '../../app/core/contracts/client.ts';
import type { Connection } from '../rpc/connection.ts';
import type { CanvasHandle } from './canvas-handle.ts';
import { createIngestions, type Ingestions } from './ingestions.ts';
import { createNamedWorkflows, type NamedWorkflows } from './named-workflows.ts';
import { createNotices, type Notices } from './notices.ts';
import { createOpenDocuments, type OpenDocuments } from './open-documents.ts';
import { createPlaces, type Places } from './places.ts';
import { createPromptDesk, type PromptDesk } from './prompt-desk.ts';
import { createTextSearch, type TextSearch } from './text-search.ts';
import { createViewStore, type ViewStore } from './view-store.ts';

/** The layer over the page that is open: an id of overlays/registry.ts, and what it was opened with. */
export interface OverlayState {
  open: string | undefined;
  with: unknown;
}

export interface CanvasState {
  /** Of the canvas that is shown. */
  handle: CanvasHandle | undefined;
  /** The node that the canvas of a tab is to begin with. */
  first: { key: number; node: string } | undefined;
  /** The node whose name is being written. */
  renaming: string | undefined;
  /** The node whose wires stand out. */
  lit: string | undefined;
}

/** Where the tour through the page is. */
export interface TourState {
  /** Place in the list of steps; undefined while there is none. */
  step: number | undefined;
  /** It was asked for, or is gone on with: then its card has the focus. */
  takesFocus: boolean;
}

/** Everything that the studio holds while it is open. Components get it from the context, actions as an argument. */
export interface Studio {
  readonly connection: Connection;
  readonly client: ContractClient;
  readonly view: ViewStore;
  readonly documents: OpenDocuments;
  readonly places: Places;
  /** The workflows that nodes run. */
  readonly named: NamedWorkflows;
  /** What is looked for in the workspace. */
  readonly search: TextSearch;
  readonly notices: Notices;
  readonly ingestions: Ingestions;
  readonly prompts: PromptDesk;
  readonly overlay: StoreApi<OverlayState>;
  /** The canvas that is shown, when there is one. */
  readonly canvas: StoreApi<CanvasState>;
  readonly tour: StoreApi<TourState>;
}

export function createStudio(connection: Connection, slot: string): Studio {
  const notices = createNotices();
  const named = createNamedWorkflows(connection.client);
  const documents = createOpenDocuments(connection.client, slot, { notices, named });
  return {
    connection,
    client: connection.client,
    view: createViewStore(),
    documents,
    places: createPlaces(documents),
    named,
    search: createTextSearch(),
    notices,
    ingestions: createIngestions(connection.client),
    prompts: createPromptDesk(connection.client),
    overlay: createStore<OverlayState>(() => ({ open: undefined, with: undefined })),
    tour: createStore<TourState>(() => ({ step: undefined, takesFocus: false })),
    canvas: createStore<CanvasState>(() => ({
      handle: undefined,
      first: undefined,
      renaming: undefined,
      lit: undefined,
    })),
  };
}

export function openOverlay(studio: Studio, id: string, given?: unknown): void {
  studio.overlay.setState({ open: id, with: given });
}

export function closeOverlay(studio: Studio): void {
  studio.overlay.setState({ open: undefined, with: undefined });
}
