import { expect, it } from 'vitest';
import { minuteOf, sharedMinutes } from './shared-minutes.ts';

const at = (time: string) => Date.parse(`2026-11-30T${time}Z`);

it('finds the minutes in which several runs began', () => {
  const shared = sharedMinutes([at('10:02:01'), at('10:00:59.999'), at('10:00:00'), at('09:59:59.999')]);
  expect(shared).toEqual(new Set([minuteOf(at('10:00:30'))]));
  expect(sharedMinutes([])).toEqual(new Set());
});
