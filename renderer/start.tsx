import './schemas.ts';
import './theme/tokens.css';
import './theme/base.css';
import { StrictMode } from 'react';
import type { Root } from 'react-dom/client';
import { connectToHost } from './rpc/connection.ts';
import { desktopBridge } from './rpc/desktop.ts';
import { createQueries } from './rpc/queries.ts';
import { Studio } from './shell/studio.tsx';
import { followDesktop } from './state/follow-desktop.ts';
import { createStudio } from './state/studio.ts';
import { watchRuns } from './state/watch-runs.ts';
import { watchWorkspace } from './state/watch-workspace.ts';
import { windowSlot } from './state/window-slot.ts';
import { type LanguageTag, languages } from './strings/languages.ts';
import { setLanguage } from './strings/text.ts';

const speak = (tag: LanguageTag): void => setLanguage(tag, languages[tag].strings);

/** Draws the studio. */
export async function start(root: Root): Promise<void> {
  const connection = connectToHost();
  const studio = createStudio(connection, await windowSlot());
  const queries = createQueries();
  watchWorkspace(studio, queries);
  speak(studio.view.getState().language);
  studio.view.subscribe(({ language }) => speak(language));
  // While the host reads it, the page around is drawn, which says what went wrong.
  connection.passages.subscribe(() => void studio.documents.begin().catch(() => undefined));
  watchRuns(studio, queries);
  followDesktop(studio, desktopBridge());
  root.render(
    <StrictMode>
      <Studio studio={studio} queries={queries} />
    </StrictMode>,
  );
}
