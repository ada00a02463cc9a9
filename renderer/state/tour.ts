import type { Studio } from './studio.ts';

/** Shows the tour from its beginning. */
export function startTour({ tour }: Pick<Studio, 'tour'>, takesFocus: boolean): void {
  tour.setState({ step: 0, takesFocus });
}

/** Ends it, for good: it does not begin by itself again. */
export function endTour({ tour, view, canvas }: Pick<Studio, 'tour' | 'view' | 'canvas'>): void {
  tour.setState({ step: undefined, takesFocus: false });
  view.setState({ toured: true });
  canvas.getState().handle?.focus();
}
