import type { Checking } from './checking.ts';
import type { Debugging } from './debugging.ts';
import type { DocumentStore } from './document-store.ts';
import type { GraphMarks } from './graph-marks.ts';
import type { RunSession } from './run-session.ts';

/** A workflow on the canvas, and the run that is shown on it. */
export interface ShownGraph {
  /** Whether it is edited, or only looked at. */
  kind: 'document' | 'frozen';
  /** The same as long as the tab is open, whatever its file is called. */
  key: number;
  document: DocumentStore;
  checking: Checking;
  run: RunSession;
  /** How its parts stand in a comparison, and of what. */
  marks?: GraphMarks;
  comparison?: 'runs' | 'versions';
  /** How this user looks at its runs. */
  debug: Debugging;
}
