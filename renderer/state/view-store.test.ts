import { describe, expect, it } from 'vitest';
import { sizesOf } from './view-store.ts';

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
