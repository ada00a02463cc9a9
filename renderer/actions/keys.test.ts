import { describe, expect, it } from 'vitest';
import { type KeyPress, pressedKeys, shownKeys } from './keys.ts';
import { actions } from './registry.ts';

const press = (key: string, more: Partial<KeyPress> = {}): KeyPress => ({
  key,
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  altKey: false,
  ...more,
});

describe('keys', () => {
  it('are written the same whatever the keyboard', () => {
    expect(pressedKeys(press('z', { ctrlKey: true }), false)).toBe('Mod+Z');
    expect(pressedKeys(press('Z', { ctrlKey: true, shiftKey: true }), false)).toBe('Mod+Shift+Z');
    expect(pressedKeys(press('z', { metaKey: true }), true)).toBe('Mod+Z');
    expect(pressedKeys(press('z', { ctrlKey: true }), true)).toBe('Ctrl+Z');
    expect(pressedKeys(press('?', { shiftKey: true }), false)).toBe('?');
    expect(pressedKeys(press(' '), false)).toBe('Space');
    expect(pressedKeys(press('ArrowUp', { altKey: true, shiftKey: true }), false)).toBe('Alt+Shift+ArrowUp');
    expect(pressedKeys(press('Shift', { shiftKey: true }), false)).toBeUndefined();
  });

  it('are shown as people read them', () => {
    expect(shownKeys('Mod+Shift+Z', false)).toBe('Ctrl+Shift+Z');
    expect(shownKeys('Mod+Shift+Z', true)).toBe('⌘⇧Z');
    expect(shownKeys('Mod++', false)).toBe('Ctrl++');
    expect(shownKeys('ArrowUp', false)).toBe('↑');
  });
});

describe('actions', () => {
  it('have ids and keys of their own', () => {
    const ids = actions.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const keys = actions.flatMap((action) => action.keys ?? []);
    expect(keys.filter((key, at) => keys.indexOf(key) !== at)).toEqual([]);
    for (const key of keys)
      expect(key).toMatch(/^(Mod\+)?(Alt\+)?(Shift\+)?([A-Z0-9]|[^A-Za-z0-9\s]|[A-Z][A-Za-z]*\d*)$/);
  });

  it('are found by their files', () => {
    expect(actions.map(({ id }) => id)).toContain('edit.undo');
  });
});
