import { useState } from 'react';
import { fromWireError } from '../../app/core/contracts/wire-error.ts';
import type { AppError } from '../../app/core/errors/app-error.ts';

export interface Task<T> {
  isBusy: boolean;
  fault: AppError | undefined;
  result: T | undefined;
  /** Does the work unless it is being done; the fault and the result of the time before go. */
  run(work: () => Promise<T>): void;
  /** Takes fault and result away, for what they were of is another thing now. */
  forget(): void;
}

/** Something that a button starts and that a person sees the end of where they started it. */
export function useTask<T>(): Task<T> {
  const [state, setState] = useState<Omit<Task<T>, 'run' | 'forget'>>({
    isBusy: false,
    fault: undefined,
    result: undefined,
  });
  return {
    ...state,
    forget: () => setState({ isBusy: false, fault: undefined, result: undefined }),
    run(work) {
      if (state.isBusy) return;
      setState({ isBusy: true, fault: undefined, result: undefined });
      work().then(
        (result) => setState({ isBusy: false, fault: undefined, result }),
        (thrown: unknown) => setState({ isBusy: false, fault: fromWireError(thrown), result: undefined }),
      );
    },
  };
}
