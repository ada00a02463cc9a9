/** Counts calls, so that a run that is being interrupted lets them end and begins no new one. */
export class CallsUnderWay {
  /** No new call may begin. */
  draining = false;
  private count = 0;
  private readonly onDrained: () => void;

  constructor(onDrained: () => void) {
    this.onDrained = onDrained;
  }

  begin(): void {
    this.count += 1;
  }

  end(): void {
    this.count -= 1;
    if (this.draining && this.count === 0) this.onDrained();
  }

  drain(): void {
    this.draining = true;
    if (this.count === 0) this.onDrained();
  }
}
