import type { Check } from '../../app/core/nodekit/index.ts';
import type { wait } from './manifest.ts';

export const check: Check<typeof wait> = (config, { connected }) => {
  const given = (['for', 'until'] as const).filter(
    (name) => config[name] !== undefined || connected.has(`config/${name}`),
  );
  if (given.length === 1) return [];
  return [
    {
      severity: 'error',
      field: given[0] ?? 'for',
      message: given.length === 0 ? 'Nothing says how long to wait.' : 'Both “for” and “until” say how long to wait.',
      remedy: 'Give one of the two: a duration such as 30m, or a time such as 2027-01-31T09:00+01:00.',
    },
  ];
};
