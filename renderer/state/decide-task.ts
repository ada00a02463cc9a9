import type { JsonObject } from '../../app/core/graph/json.ts';
import type { ReviewTask } from '../../app/core/run/review-task.ts';
import { addressOfRun } from './frozen-graph.ts';
import type { OpenDocument } from './open-documents.ts';
import type { Studio } from './studio.ts';

export interface TaskDecision {
  action: string;
  values: JsonObject;
  comment: string;
}

/** Who decided or judged: the studio has one user, whom it does not know by name. */
export const STUDIO_USER = 'studio';

/**
 * Keeps a decision on what was shown and has the run go on, where a document shows it beside that document. Resolves
 * when the decision is kept and the run is taken up.
 * @throws what the host says: another payload by now, decided already, values that do not fit the form
 */
export async function decideTask(
  studio: Studio,
  { wait, payloadHash }: ReviewTask,
  { action, values, comment }: TaskDecision,
): Promise<void> {
  const { runId } = await studio.client.review.decide({
    task: wait,
    action,
    values,
    by: STUDIO_USER,
    payloadHash,
    ...(comment.trim() !== '' && { comment }),
  });
  await takeUp(studio, runId);
}

/** Has a run go on with what was decided; where a document shows it, beside that document. @throws what the host says */
export async function takeUp({ client, documents, notices }: Studio, runId: string): Promise<void> {
  const shown = documents.store
    .getState()
    .tabs.find((tab): tab is OpenDocument => tab.kind === 'document' && shownRun(tab) === runId);
  // The session follows the run to its end, for which nobody here waits.
  if (shown) void shown.run.resume().catch(notices.fail);
  else await client.run.resume({ run: runId });
}

/** Shows a run on its workflow, or, where that is gone, on the graph as it ran. @throws what the host says */
async function showRun({ client, documents, notices }: Studio, run: string): Promise<void> {
  const { runId, file } = await client.run.graph({ run });
  await documents.open(file ?? addressOfRun(runId));
  // It goes on as long as the run does.
  void documents.active()?.run.show(runId).catch(notices.fail);
}

/** Shows a run and then what one looks for in it; what goes wrong is told. */
export function leadToRun(studio: Studio, run: string, then: () => void): void {
  void showRun(studio, run).then(then).catch(studio.notices.fail);
}

const shownRun = (tab: OpenDocument): string | undefined => tab.run.store.getState().view?.runId;
