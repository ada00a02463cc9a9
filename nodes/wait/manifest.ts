import * as z from 'zod';
import { defineNode, later, parseDuration, parseTimestamp } from '../../app/core/nodekit/index.ts';

/** Nobody means to wait longer; a slip of the keyboard may. */
export const LONGEST_WAIT_MS = 10 * 365 * 86_400_000;

export const wait = defineNode({
  type: 'wait',
  version: 1,
  family: 'logic',
  title: 'Wait',
  summary: 'Lets time pass, from milliseconds to years, before a value goes on.',
  config: later(() =>
    z.strictObject({
      for: z
        .string()
        .refine((text) => (parseDuration(text) ?? Number.POSITIVE_INFINITY) <= LONGEST_WAIT_MS, {
          error: 'It must be a duration of at most ten years, such as 90s, 1h30m or 30d.',
        })
        .optional()
        .describe('A duration: number and unit (ms, s, m, h, d, w), several joined.'),
      until: z
        .string()
        .refine((text) => parseTimestamp(text) !== undefined, {
          error: 'It must be a time with a time zone, such as 2027-01-31T09:00+01:00.',
        })
        .optional()
        .describe('A time in ISO 8601 with its time zone; one that is past does not wait.'),
      title: z.string().max(200).default('').describe('What is waited for, for those who look at the run.'),
    }),
  ),
  inputs: { value: { type: 'any', help: 'Goes on unchanged when the time has come.' } },
  outputs: {
    value: { type: 'any' },
    at: { type: 'text', help: 'The time that it waited for, in ISO 8601 and UTC.' },
  },
  needs: ['waits', 'clock'],
  effect: 'read',
  form: {
    for: { widget: 'text', label: 'For', help: '90s, 1h30m, 30d' },
    until: { widget: 'text', label: 'Until', help: '2027-01-31T09:00+01:00' },
    title: { widget: 'text', label: 'Title' },
  },
  examples: [
    { title: 'Half an hour', config: { for: '30m' } },
    { title: 'Until a Monday morning', config: { until: '2027-02-01T09:00+01:00', title: 'Start of the campaign' } },
  ],
});
