import type { Studio } from '../state/studio.ts';
import type { Action } from './action.ts';

/** Every action: each file `*-actions.ts` of this folder exports a list of them, and nothing else says they exist. */
const modules = import.meta.glob<{ actions: readonly Action[] }>('./*-actions.ts', { eager: true });

export const actions: readonly Action[] = Object.values(modules).flatMap((module) => module.actions);

export function actionOf(id: string): Action {
  const action = actions.find((one) => one.id === id);
  if (!action) throw new Error(`there is no action ${id}`);
  return action;
}

/** Does an action, unless it cannot be done now: then it says why. Whatever it fails with is told. */
export function perform(studio: Studio, action: Action): void {
  const reason = action.unavailable?.(studio);
  if (reason) studio.notices.tell(reason);
  else
    void Promise.resolve()
      .then(() => action.run(studio))
      .catch(studio.notices.fail);
}
