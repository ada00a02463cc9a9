import type { LucideIcon } from 'lucide-react';
import type { Studio } from '../state/studio.ts';
import { type StringKey, t, type Words } from '../strings/text.ts';

export const actionGroups = ['file', 'edit', 'add', 'run', 'view', 'panel', 'help'] as const;
export type ActionGroup = (typeof actionGroups)[number];

/** Something that a person can start: by menu, by key or in the command palette, and always the same. */
export interface Action {
  /** `group.verb`; keys that a person binds hang on it. */
  id: string;
  title: StringKey;
  /** What its title speaks of, as `{of}`. */
  of?: StringKey;
  group: ActionGroup;
  icon?: LucideIcon;
  /** Keys such as `Mod+Shift+Z` (Mod is ⌘ on a Mac, else Ctrl). The first one is shown. */
  keys?: readonly string[];
  /** Keys by which the machine itself does it: they are told of, and nobody changes them. */
  machineKeys?: string;
  /** Its keys also act while a text is written. */
  inText?: true;
  /** Its keys act only where the canvas has the focus, because elsewhere they mean something else. */
  onCanvas?: true;
  /** Why it cannot be done now; undefined when it can. */
  unavailable?: (studio: Studio) => Words | undefined;
  run: (studio: Studio) => void | Promise<void>;
}

/** What an action is called. */
export function titleOf({ title, of }: Action): string {
  return t(title, of && { of: t(of) });
}

export function defineAction(action: Action): Action {
  return Object.freeze(action);
}
