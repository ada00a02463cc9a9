/** What a run is expected to do with a case. */
export const expectations = ['answer', 'abstain', 'escalate'] as const;
export type Expectation = (typeof expectations)[number];
