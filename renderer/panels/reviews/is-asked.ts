import type { ReviewTask } from '../../../app/core/run/review-task.ts';

/** Whether a task asks a person; at a breakpoint somebody stands already, and it is stepped on from there. */
export const isAsked = ({ kind }: Pick<ReviewTask, 'kind'>): boolean => kind !== 'breakpoint' && kind !== 'timer';
