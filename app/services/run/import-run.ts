import { jsonHash } from '../../core/graph/hash.ts';
import { canonicalJson } from '../../core/graph/json.ts';
import { readRunFile } from '../../core/run/read-run-file.ts';
import type { Journal } from '../../engine/journal.ts';

/** A run that came as a file. */
export interface ImportedRun {
  /** What it is called here. */
  runId: string;
  /** What it was called where it ran. */
  parent: string;
  workflowName: string;
}

export interface ImportRunPorts {
  journal: Pick<Journal, 'create' | 'putSnapshot'>;
  newId: (prefix: string) => string;
}

/**
 * Puts an exported run into the journal, whole or not at all, under a new id: a file cannot stand for a run that is here.
 * @throws AppError export.invalid, export.newer, storage.*
 */
export async function importRun({ journal, newId }: ImportRunPorts, text: string, file?: string): Promise<ImportedRun> {
  const { runId: parent, workflowName, snapshot, events, values } = readRunFile(text, file);
  const runId = newId('run');
  await journal.putSnapshot(jsonHash(snapshot), canonicalJson(snapshot));
  await journal.create({ runId, owner: 'imported', events, values });
  return { runId, parent, workflowName };
}
