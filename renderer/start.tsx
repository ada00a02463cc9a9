import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { connectToHost } from './rpc/connection.ts';
import { desktopBridge } from './rpc/desktop.ts';
import { createQueries } from './rpc/queries.ts';
import { Studio } from './shell/studio.tsx';
import { followDesktop } from './state/follow-desktop.ts';
import { createStudio } from './state/studio.ts';
import { watchWorkspace } from './state/watch-workspace.ts';
import { windowSlot } from './state/window-slot.ts';

/** Draws the studio into the page. */
export async function start(root: HTMLElement): Promise<void> {
  const connection = connectToHost();
  const studio = createStudio(connection, await windowSlot());
  const queries = createQueries();
  watchWorkspace(studio, queries);
  followDesktop(studio, desktopBridge());
  createRoot(root).render(
    <StrictMode>
      <Studio studio={studio} queries={queries} />
    </StrictMode>,
  );
}
