import { createStore, type StoreApi } from 'zustand/vanilla';
import type { ContractClient } from '../../app/core/contracts/client.ts';
import type { Connection } from '../rpc/connection.ts';
import type { CanvasHandle } from './canvas-handle.ts';
import { createIngestions, type Ingestions } from './ingestions.ts';
import { createNotices, type Notices } from './notices.ts';
import { createOpenDocuments, type OpenDocuments } from './open-documents.ts';
import { createViewStore, type ViewStore } from './view-store.ts';

/** The layer over the page that is open: an id of overlays/registry.ts, and what it was opened with. */
export interface OverlayState {
  open: string | undefined;
  with: unknown;
}

export interface CanvasState {
  /** Of the canvas that is shown. */
  handle: CanvasHandle | undefined;
  /** The node whose name is being written. */
  renaming: string | undefined;
}

/** Everything that the studio holds while it is open. Components get it from the context, actions as an argument. */
export interface Studio {
  readonly connection: Connection;
  readonly client: ContractClient;
  readonly view: ViewStore;
  readonly documents: OpenDocuments;
  readonly notices: Notices;
  readonly ingestions: Ingestions;
  readonly overlay: StoreApi<OverlayState>;
  /** The canvas that is shown, when there is one. */
  readonly canvas: StoreApi<CanvasState>;
}

export function createStudio(connection: Connection, slot: string): Studio {
  const notices = createNotices();
  return {
    connection,
    client: connection.client,
    view: createViewStore(),
    documents: createOpenDocuments(connection.client, slot, notices),
    notices,
    ingestions: createIngestions(connection.client),
    overlay: createStore<OverlayState>(() => ({ open: undefined, with: undefined })),
    canvas: createStore<CanvasState>(() => ({ handle: undefined, renaming: undefined })),
  };
}

export function openOverlay(studio: Studio, id: string, given?: unknown): void {
  studio.overlay.setState({ open: id, with: given });
}

export function closeOverlay(studio: Studio): void {
  studio.overlay.setState({ open: undefined, with: undefined });
}
