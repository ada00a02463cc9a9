import type { AppError } from './app-error.ts';
import type { ErrorClass } from './error-classes.ts';

/** Classes that concern the whole run: a container that goes on after errors of its body does not go on after these. */
const runWide: ReadonlySet<ErrorClass> = new Set<ErrorClass>([
  'cancelled',
  'lease.lost',
  'budget.hard',
  'disk.full',
  'storage.busy',
  'storage.corrupt',
  'internal',
]);

/** Whether an error must end a step whatever its node is told to put up with. */
export function endsRun(error: AppError): boolean {
  return runWide.has(error.class);
}
