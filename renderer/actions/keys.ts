import type { Action } from './action.ts';

/** A key press as it is written: modifiers in this order, then the key: `Mod+Shift+Z`, `Alt+ArrowUp`, `?`. */
export interface KeyPress {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  shiftKey: boolean;
  altKey: boolean;
}

export const isMac = typeof navigator !== 'undefined' && /Mac|iPhone|iPad/.test(navigator.userAgent);

const named: { readonly [key: string]: string } = { ' ': 'Space', Esc: 'Escape', Del: 'Delete' };

/** Undefined for a press of a modifier alone. */
export function pressedKeys(press: KeyPress, mac: boolean = isMac): string | undefined {
  if (['Control', 'Meta', 'Shift', 'Alt', 'AltGraph', 'Dead', 'Process'].includes(press.key)) return undefined;
  const key = named[press.key] ?? (press.key.length === 1 ? press.key.toUpperCase() : press.key);
  // A sign that needs Shift on some keyboards and not on others (`?`, `+`) is meant as it is written.
  const isSign = press.key.length === 1 && !/[a-z0-9 ]/i.test(press.key);
  const parts = [
    (mac ? press.metaKey : press.ctrlKey) && 'Mod',
    mac && press.ctrlKey && 'Ctrl',
    press.altKey && 'Alt',
    press.shiftKey && !isSign && 'Shift',
    key,
  ];
  return parts.filter((part) => part !== false).join('+');
}

/** The keys of an action: those that the person chose, else its own. */
export function keysOf(action: Action, chosen: Readonly<Record<string, readonly string[]>>): readonly string[] {
  return chosen[action.id] ?? action.keys ?? [];
}

/** The keys that are told beside an action, if any lead to it. */
export function toldKeys(action: Action, chosen: Readonly<Record<string, readonly string[]>>): string | undefined {
  const keys = keysOf(action, chosen)[0] ?? action.machineKeys;
  return keys && shownKeys(keys);
}

const onMac: { readonly [part: string]: string } = { Mod: '⌘', Ctrl: '⌃', Alt: '⌥', Shift: '⇧' };
const signs: { readonly [part: string]: string } = {
  Mod: 'Ctrl',
  ArrowUp: '↑',
  ArrowDown: '↓',
  ArrowLeft: '←',
  ArrowRight: '→',
  Escape: 'Esc',
};

/** Keys as a person reads them: `Ctrl+Shift+Z`, `⇧⌘Z`. */
export function shownKeys(keys: string, mac: boolean = isMac): string {
  // `+` itself may be a key.
  const parts = keys.split(/\+(?!$)/);
  return parts.map((part) => (mac && onMac[part]) || signs[part] || part).join(mac ? '' : '+');
}

/** As screen readers want it in `aria-keyshortcuts`. */
export function ariaKeys(keys: string, mac: boolean = isMac): string {
  return keys.replace('Mod', mac ? 'Meta' : 'Control');
}
