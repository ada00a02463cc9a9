import { describe, expect, it } from 'vitest';
import { projectCosts } from './project-costs.ts';

describe('projecting costs', () => {
  it('needs a recorded run and runs a day', () => {
    expect(projectCosts([], 10)).toBeUndefined();
    for (const none of [0, -1, Number.NaN]) expect(projectCosts([1], none)).toBeUndefined();
  });

  it('multiplies the mean, and tells the middle run and the dear ones', () => {
    const runs = [...Array.from({ length: 19 }, () => 100), 2000];
    const projection = projectCosts(runs, 1000);
    expect(projection).toMatchObject({ runs: 20, median: 100, high: 100 });
    expect(projection?.day.expected).toBe(((19 * 100 + 2000) / 20) * 1000);
    expect(projectCosts([...runs, 2000], 1)?.high).toBe(2000);
  });

  it('is sure where all cost the same, and less sure the fewer there are', () => {
    expect(projectCosts([50, 50, 50], 10)?.day).toEqual({ expected: 500, low: 500, high: 500 });
    const width = (recorded: number[]) => {
      const day = projectCosts(recorded, 100)?.day;
      return (day?.high ?? 0) - (day?.low ?? 0);
    };
    const many = Array.from({ length: 200 }, (_, n) => (n % 2 === 0 ? 90 : 110));
    expect(width([90, 110, 90, 110])).toBeGreaterThan(2 * width(many));
    expect(projectCosts([0, 1000], 1)?.day.low).toBe(0);
  });
});
