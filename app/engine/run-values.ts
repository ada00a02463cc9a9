import type { Json } from '../core/graph/json.ts';
import type { PlanNode } from '../core/plan/plan.ts';
import { type Cell, loadCell, type ValueKeeper, valueKeeper } from './cells.ts';
import type { EnginePorts } from './engine-ports.ts';
import type { RunLog } from './run-log.ts';
import type { Arrived } from './step-values.ts';

/** How the values of one run are kept and read again. */
export class RunValues {
  private readonly plain: ValueKeeper;
  private readonly personal: ValueKeeper;
  private readonly read: (digest: string) => Promise<Json>;

  constructor(ports: EnginePorts, log: RunLog, runId: string) {
    const keeper = (personal: boolean) => valueKeeper(ports.hash, (value) => log.store(value), personal);
    this.plain = keeper(false);
    this.personal = keeper(true);
    this.read = (digest) => ports.journal.value(digest, runId);
  }

  keeper(node: PlanNode): ValueKeeper {
    return node.personal ? this.personal : this.plain;
  }

  load(cell: Cell): Promise<Json> {
    return loadCell(cell, this.read);
  }

  /** Puts the values of everything that arrived at a step into memory. */
  async loadAll({ cells }: Arrived): Promise<void> {
    for (const port of Object.keys(cells)) {
      const cell = cells[port] as Cell | Cell[];
      for (const one of Array.isArray(cell) ? cell : [cell]) if (!one.loaded) await this.load(one);
    }
  }
}

/** Whether a value that arrived is known by its reference only. */
export function needsLoad({ cells }: Arrived): boolean {
  for (const port of Object.keys(cells)) {
    const cell = cells[port] as Cell | Cell[];
    if (Array.isArray(cell) ? cell.some((one) => !one.loaded) : !cell.loaded) return true;
  }
  return false;
}
