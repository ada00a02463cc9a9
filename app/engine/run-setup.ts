import type { HostCapabilities } from '../core/capabilities/capabilities.ts';
import type { Plan } from '../core/plan/plan.ts';
import type { RunSignal } from '../core/run/events.ts';
import type { RunHistory } from '../core/run/history.ts';
import type { Breakpoints } from './breakpoints.ts';
import type { Cell } from './cells.ts';
import type { EnginePorts, RunSnapshot } from './engine-ports.ts';
import type { FrameCosts } from './frame-costs.ts';
import type { LiveSteps } from './live-steps.ts';
import type { MemoSource } from './memo.ts';
import type { OpenWaits } from './open-waits.ts';
import type { PromptVersions } from './prompt-versions.ts';
import type { RunLog } from './run-log.ts';
import type { RunValues } from './run-values.ts';
import type { StepSources } from './step-sources.ts';

/** What one passage through a run is given. */
export interface RunSetup {
  ports: EnginePorts;
  runId: string;
  plan: Plan;
  snapshot: RunSnapshot;
  host: HostCapabilities;
  history: RunHistory;
  log: RunLog;
  inputs: ReadonlyMap<string, Cell>;
  observe?: ((signal: RunSignal) => void) | undefined;
  breakpoints: Breakpoints;
  /** Milliseconds that this passage stays for a timer when it has nothing else to do. */
  holdMs: number;
  /** Finds equal steps of an earlier run. */
  memo?: MemoSource | undefined;
}

/** What the parts of one passage through a run share. */
export interface RunContext {
  readonly setup: RunSetup;
  readonly live: LiveSteps;
  readonly waits: OpenWaits;
  readonly values: RunValues;
  readonly costs: FrameCosts;
  readonly prompts: PromptVersions;
  readonly sources: StepSources;
  /** True once nothing that happens counts any more. */
  isEnded(): boolean;
  /** Starts what is ready. Safe to call from anywhere. */
  pump(): void;
  /** The journal failed, or the engine itself. */
  broken(failure: unknown): void;
}
