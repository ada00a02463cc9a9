import { Position } from '@xyflow/react';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bendPlace, crosses, wirePath } from './wire-path.ts';

const ends = {
  sourceX: 0,
  sourceY: 0,
  targetX: 300,
  targetY: 100,
  sourcePosition: Position.Right,
  targetPosition: Position.Left,
};
const point = fc.record({ x: fc.integer({ min: -500, max: 500 }), y: fc.integer({ min: -500, max: 500 }) });
const numbers = (path: string) => [...path.matchAll(/-?\d+(?:\.\d+)?(?:e-?\d+)?/g)].map(([text]) => Number(text));

describe('the way of a wire', () => {
  it.each(['curved', 'stepped'] as const)('%s: begins and ends at its ports and goes through every bend', (shape) => {
    void fc.assert(
      fc.property(fc.array(point, { minLength: 1, maxLength: 6 }), (bends) => {
        const { path, x, y } = wirePath(shape, ends, bends);
        const found = numbers(path);
        expect(found.slice(0, 2)).toEqual([0, 0]);
        expect(found.slice(-2)).toEqual([300, 100]);
        for (const bend of bends)
          expect(found.some((value, at) => value === bend.x && found[at + 1] === bend.y)).toBe(true);
        expect([x, y].every(Number.isFinite)).toBe(true);
      }),
    );
  });

  it('is the plain one without bends', () => {
    expect(wirePath('curved', ends, []).x).toBe(150);
  });
});

it('a new bend goes between those that it lies between', () => {
  const bends = [
    { x: 100, y: 200 },
    { x: 200, y: 200 },
  ];
  expect(bendPlace(ends, bends, { x: 40, y: 90 })).toBe(0);
  expect(bendPlace(ends, bends, { x: 150, y: 205 })).toBe(1);
  expect(bendPlace(ends, bends, { x: 260, y: 140 })).toBe(2);
});

it('a line crosses a wire where it does, and not beside it', () => {
  const wire = [
    { x: 0, y: 0 },
    { x: 100, y: 0 },
    { x: 100, y: 100 },
  ];
  expect(
    crosses(
      [
        { x: 50, y: -10 },
        { x: 50, y: 10 },
      ],
      wire,
    ),
  ).toBe(true);
  expect(
    crosses(
      [
        { x: 50, y: 10 },
        { x: 90, y: 60 },
        { x: 120, y: 60 },
      ],
      wire,
    ),
  ).toBe(true);
  expect(
    crosses(
      [
        { x: 50, y: 10 },
        { x: 90, y: 60 },
      ],
      wire,
    ),
  ).toBe(false);
});
