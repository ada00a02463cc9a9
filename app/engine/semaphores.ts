/** Places that steps of one concurrency group share within a run; first come, first served. */
export class Semaphores {
  private readonly groups = new Map<string, { taken: number; queue: (() => void)[] }>();

  /** Takes a place at once (undefined) or promises one. */
  acquire(group: string, limit: number): Promise<void> | undefined {
    let state = this.groups.get(group);
    if (!state) {
      state = { taken: 0, queue: [] };
      this.groups.set(group, state);
    }
    if (state.taken < limit) {
      state.taken += 1;
      return undefined;
    }
    const { queue } = state;
    return new Promise((resolve) => {
      queue.push(resolve);
    });
  }

  release(group: string): void {
    const state = this.groups.get(group);
    if (!state) return;
    const next = state.queue.shift();
    if (next) next();
    else state.taken -= 1;
  }
}
