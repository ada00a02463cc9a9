import { isAppError } from '../errors/app-error.ts';
import type { CheckFinding } from './define-node.ts';

/**
 * For a check: does some work on a field, and notes what it throws as a fault of that field, with its remedy.
 * @param findings what is found is added here
 * @throws whatever is no AppError: a mistake of ours
 */
export function attemptsInto(findings: CheckFinding[]): (field: string, work: () => unknown) => void {
  return (field, work) => {
    try {
      work();
    } catch (thrown) {
      if (!isAppError(thrown)) throw thrown;
      const { message, remedy } = thrown;
      findings.push({ severity: 'error', field, message, ...(remedy !== undefined && { remedy }) });
    }
  };
}
