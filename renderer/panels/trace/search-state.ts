import type { StepFilter } from './step-rows.ts';

/** What a person looks for among the steps of a run. */
export interface SearchState {
  filter: StepFilter;
  /** A type of node, or empty. */
  type: string;
  text: string;
  /** Whether values are searched as well. */
  isDeep: boolean;
}
export const emptySearch: SearchState = { filter: 'all', type: '', text: '', isDeep: false };
