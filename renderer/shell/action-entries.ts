import { titleOf } from '../actions/action.ts';
import { toldKeys } from '../actions/keys.ts';
import { actionOf, perform } from '../actions/registry.ts';
import type { Studio } from '../state/studio.ts';
import { say } from '../strings/text.ts';
import type { MenuEntry } from '../ui/menu-entries.tsx';

/** Actions as entries of a menu, with their keys, and why where one cannot be done now. */
export function actionEntries(studio: Studio, ids: readonly string[]): MenuEntry[] {
  const { keys: chosen } = studio.view.getState();
  return ids.map((id) => {
    const action = actionOf(id);
    const reason = action.unavailable?.(studio);
    return {
      id,
      label: titleOf(action),
      icon: action.icon,
      keys: toldKeys(action, chosen),
      reason: reason && say(reason),
      danger: id === 'edit.delete',
      run: () => perform(studio, action),
    };
  });
}
