import { AppError } from '../../core/errors/app-error.ts';
import { didYouMean } from '../../core/errors/suggest.ts';
import type { RunIndex } from './run-index.ts';

/** Shorter pieces of an id would fit by accident. */
const SHORTEST = 3;

/** Of a workspace where nothing ever ran. */
export const noRuns: Pick<RunIndex, 'listRuns' | 'hasRun'> = { listRuns: () => [], hasRun: () => false };

/**
 * The id of a run that a person named: whole, by its beginning or its end, or as `last` for the newest.
 * @throws AppError run.not_found, with the nearest id or the several that fit
 */
export function findRun(index: Pick<RunIndex, 'listRuns' | 'hasRun'>, reference: string): string {
  // A whole id needs no search through all runs there are.
  if (index.hasRun(reference)) return reference;
  if (reference === 'last') {
    const newest = index.listRuns({ limit: 1 })[0];
    if (newest) return newest.runId;
    throw new AppError('run.not_found', {
      message: 'There are no runs yet.',
      where: reference,
      remedy: 'Start one: pipewright run WORKFLOW',
    });
  }
  const piece = reference.replace(/^run_/, '');
  const candidates = piece.length < SHORTEST ? [] : index.listRuns({ search: piece, limit: 200 });
  const ids = candidates.map(({ runId }) => runId);
  const fitting = ids.filter((id) => id.startsWith(`run_${piece}`) || id.endsWith(piece));
  const [only, another] = fitting;
  if (only !== undefined && another === undefined) return only;
  const near = didYouMean(
    reference,
    index.listRuns({ limit: 200 }).map(({ runId }) => runId),
  );
  throw new AppError('run.not_found', {
    message: another
      ? `“${reference}” fits ${fitting.length} runs: ${fitting.slice(0, 3).join(', ')}${fitting.length > 3 ? ' …' : '.'}`
      : `There is no run “${reference}”.${near}`,
    where: reference,
    remedy: another ? 'Give more of the id.' : 'See `pipewright runs`; the newest run is `last`.',
  });
}
