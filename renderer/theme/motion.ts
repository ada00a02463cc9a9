export const motions = ['system', 'reduced'] as const;
export type Motion = (typeof motions)[number];

/** Shows things moving as the machine says, or as little as can be. */
export function showMotion(motion: Motion): void {
  const { dataset } = document.documentElement;
  if (motion === 'system') delete dataset['motion'];
  else dataset['motion'] = motion;
}

/** How long a movement that a script makes may take, milliseconds: none for a person who wants none. */
export function motionMs(ms: number): number {
  const isReduced =
    document.documentElement.dataset['motion'] === 'reduced' ||
    window.matchMedia('(prefers-reduced-motion: reduce)').matches;
  return isReduced ? 0 : ms;
}
