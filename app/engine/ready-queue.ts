import type { PlanNode } from '../core/plan/plan.ts';
import type { Frame } from './frame.ts';

export interface Ready {
  frame: Frame;
  node: PlanNode;
}

/** First in, first out, without moving what stays. */
class Fifo {
  private entries: Ready[] = [];
  private at = 0;

  push(entry: Ready): void {
    this.entries.push(entry);
  }

  shift(): Ready | undefined {
    const entry = this.entries[this.at];
    if (entry === undefined) return undefined;
    this.at += 1;
    if (this.at === this.entries.length) [this.entries, this.at] = [[], 0];
    return entry;
  }
}

/** Steps that may begin. Those whose end the log knows go first: nothing new starts before the past is in place. */
export class ReadyQueue {
  private readonly known = new Fifo();
  private readonly fresh = new Fifo();

  push(entry: Ready, isKnown: boolean): void {
    (isKnown ? this.known : this.fresh).push(entry);
  }

  /** The next one; only a known one when nothing new may begin. */
  take(onlyKnown: boolean): Ready | undefined {
    return this.known.shift() ?? (onlyKnown ? undefined : this.fresh.shift());
  }
}
