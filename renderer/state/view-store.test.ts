import { afterEach, describe, expect, it, vi } from 'vitest';
import { createViewStore, keepRoom, showPanel, sizesOf } from './view-store.ts';

describe('sizes of the places of panels', () => {
  it('give the dock a share of a tall window, and enough of a low one', () => {
    expect(sizesOf('dock', 1080).usual).toBe(454);
    expect(sizesOf('dock', 800).usual).toBe(336);
    expect(sizesOf('dock', 620).usual).toBe(280);
  });

  it.each([2160, 1080, 800, 620, 480, 300])('leave the canvas its part of %d pixels', (height) => {
    const { least, usual, most } = sizesOf('dock', height);
    expect(usual).toBeGreaterThanOrEqual(least);
    expect(usual).toBeLessThanOrEqual(most);
    if (height >= 480) expect(height - most).toBeGreaterThanOrEqual(200);
  });
});

describe('room beside the canvas', () => {
  const listeners = new Set<() => void>();
  const sized = (innerWidth: number) =>
    vi.stubGlobal('window', {
      innerWidth,
      addEventListener: (_: string, tell: () => void) => listeners.add(tell),
      removeEventListener: (_: string, tell: () => void) => listeners.delete(tell),
    });
  afterEach(() => {
    vi.unstubAllGlobals();
    listeners.clear();
  });
  const opened = (view: ReturnType<typeof createViewStore>) => {
    const { left, right } = view.getState();
    return [left.open, right.open];
  };

  it('is kept for one side in a narrow window: the one that was opened last', () => {
    sized(720);
    const view = createViewStore();
    const end = keepRoom(view);
    expect(opened(view)).toEqual([true, false]);
    showPanel(view, 'right', 'inspector');
    expect(opened(view)).toEqual([false, true]);
    showPanel(view, 'left', 'search');
    expect(opened(view)).toEqual([true, false]);
    end();
    expect(listeners.size).toBe(0);
    showPanel(view, 'right', 'inspector');
    expect(opened(view)).toEqual([true, true]);
  });

  it('is there for both in a wide one, and made when it gets narrow', () => {
    sized(900);
    const view = createViewStore();
    keepRoom(view);
    expect(opened(view)).toEqual([true, true]);
    sized(899);
    for (const tell of listeners) tell();
    expect(opened(view)).toEqual([true, false]);
  });
});
