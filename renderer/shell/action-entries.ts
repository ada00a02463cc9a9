import { keysOf, shownKeys } from '../actions/keys.ts';
import { actionOf, perform } from '../actions/registry.ts';
import type { Studio } from '../state/studio.ts';
import { say, t } from '../strings/text.ts';
import type { MenuEntry } from '../ui/menu-entries.tsx';

/** Actions as entries of a menu, with their keys, and why where one cannot be done now. */
export function actionEntries(studio: Studio, ids: readonly string[]): MenuEntry[] {
  const { keys: chosen } = studio.view.getState();
  return ids.map((id) => {
    const action = actionOf(id);
    const [keys] = keysOf(action, chosen);
    const reason = action.unavailable?.(studio);
    return {
      id,
      label: t(action.title),
      icon: action.icon,
      keys: keys === undefined ? undefined : shownKeys(keys),
      reason: reason && say(reason),
      danger: id === 'edit.delete',
      run: () => perform(studio, action),
    };
  });
}
