import { expect, it } from 'vitest';
import { minimapRoom, minimapSize } from './minimap-size.ts';

it.each([800, 440, 439, 200])('covers little of a canvas of %d pixels, and says how much', (height) => {
  const size = minimapSize(height);
  expect(size.width / size.height).toBeCloseTo(1.5);
  expect(size.height).toBeLessThan(height * 0.4);
  expect(minimapRoom(height).height).toBeGreaterThan(size.height);
});
