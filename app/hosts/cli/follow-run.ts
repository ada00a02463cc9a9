import { shownUsd } from '../../core/budget/money.ts';
import type { RunSignal } from '../../core/run/events.ts';
import type { ReviewTask } from '../../core/run/review-task.ts';
import { nodeOf } from '../../core/run/step-path.ts';
import type { RunResult } from '../../engine/run-result.ts';
import type { StartedRun } from '../../services/run/run-service.ts';
import type { TracedWait } from '../../services/run/trace.ts';
import type { Host } from '../compose.ts';
import { type CommandContext, type CommonOptions, printJson } from './command-context.ts';
import { type ExitName, exitCodes } from './exit-codes.ts';
import { plural, shownCost, shownDate, shownTime } from './figures.ts';
import { showError } from './show-error.ts';
import { shownPortLines } from './shown-values.ts';
import type { GoOn } from './stop-prompt.ts';
import { safeText, type Terminal } from './terminal.ts';

export interface RunShowing extends CommonOptions {
  events?: boolean;
  quiet?: boolean;
  /** Milliseconds. */
  hold?: number;
}

const exitOfStatus: { [status in RunResult['status']]: ExitName } = {
  succeeded: 'ok',
  failed: 'failed',
  cancelled: 'failed',
  waiting: 'waiting',
  interrupted: 'interrupted',
};

/** Starts or resumes a run, shows how it goes, and stops it in an orderly way on Ctrl-C. */
export async function followRun(
  context: CommandContext,
  host: Host,
  options: RunShowing,
  start: (observe: (signal: RunSignal) => void) => Promise<StartedRun>,
): Promise<ExitName> {
  const { terminal } = context;
  const startedAt = performance.now();
  let { run, result } = await attendRun(terminal, options, start);
  while (result.status === 'waiting' && asksAtStops(terminal, options)) {
    const { runId } = result;
    const goOn = await atStops(terminal, host, runId);
    if (!goOn) break;
    const service = await host.runs();
    const holdMs = options.hold;
    ({ run, result } = await attendRun(terminal, options, (observe) =>
      service.resume(runId, { ...goOn, ...(holdMs !== undefined && { holdMs }), observe }),
    ));
  }
  if (options.json) printJson(context, { ...result, workflow: run.workflowName });
  else if (!options.events) {
    for (const line of shownPortLines(shownResults(result), terminal)) terminal.out(line);
    if (!options.quiet || result.status !== 'succeeded')
      await showEnd(terminal, host, result, performance.now() - startedAt);
  }
  return exitOfStatus[result.status];
}

/** Whether somebody sits there who can be asked. */
function asksAtStops({ live }: Terminal, { json, events, quiet }: RunShowing): boolean {
  return live && process.stdin.isTTY && !json && !events && !quiet;
}

/** Asks the person at the terminal how a run goes on that is stopped at breakpoints; undefined when it does not. */
async function atStops(terminal: Terminal, host: Host, runId: string): Promise<GoOn | undefined> {
  const reviews = await host.reviews();
  const stops = openStops(reviews.list({ runId }));
  if (stops.length === 0) return undefined;
  const { askAtTerminal, promptAtStops } = await import('./stop-prompt.ts');
  return promptAtStops({ terminal, reviews, runs: await host.runs(), ask: askAtTerminal }, stops);
}

/** Where a run is stopped at breakpoints. */
export const openStops = (tasks: readonly ReviewTask[]): ReviewTask[] =>
  tasks.filter(({ kind, state }) => kind === 'breakpoint' && state === 'open');

/** Waits for a run's end, shows its progress meanwhile, and stops it in an orderly way on Ctrl-C. */
export async function attendRun(
  terminal: Terminal,
  { quiet = false, events = false }: Pick<RunShowing, 'quiet' | 'events'>,
  start: (observe: (signal: RunSignal) => void) => Promise<StartedRun>,
): Promise<{ run: StartedRun; result: RunResult }> {
  const progress = quiet || events ? undefined : new RunProgress(terminal);
  const observe = (signal: RunSignal) => {
    if (events) terminal.out(JSON.stringify(signal.type === 'event' ? signal.event : signal));
    else progress?.hear(signal);
  };
  const run = await start(observe);
  const release = interruptible(terminal, run);
  try {
    return { run, result: await run.result };
  } finally {
    release();
    terminal.status('');
  }
}

/** The outputs of a run, and what the nodes gave that it was to run to. */
function shownResults({ outputs, targets = {} }: RunResult): RunResult['outputs'] {
  const ofTargets = Object.entries(targets).flatMap(([node, ports]) =>
    Object.entries(ports).map(([port, value]) => [`${node}.${port}`, value] as const),
  );
  return { ...outputs, ...Object.fromEntries(ofTargets) };
}

/** The first Ctrl-C lets calls under way end and keeps the run resumable; the second ends at once. */
function interruptible(terminal: Terminal, run: StartedRun): () => void {
  let asked = false;
  const onSignal = () => {
    if (asked) process.exit(exitCodes.killed.code);
    asked = true;
    terminal.err('Stopping: calls under way may end. Press Ctrl-C again to end at once.');
    run.interrupt();
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, onSignal);
  return () => {
    for (const signal of signals) process.off(signal, onSignal);
  };
}

async function showEnd(terminal: Terminal, host: Host, result: RunResult, ms: number): Promise<void> {
  const { runId, status, targets = {}, error } = result;
  if (Object.keys(shownResults(result)).length > 0) terminal.err();
  const note = (text: string) => terminal.err(text);
  for (const [node, ports] of Object.entries(targets))
    if (Object.keys(ports).length === 0) note(`The node “${node}” gave no value.`);
  switch (status) {
    case 'succeeded': {
      const spent = (await host.runs()).list({ search: runId, limit: 1 })[0];
      const cost = spent ? `, ${shownCost(spent.nanoUsd, spent.unpricedCalls)}` : '';
      note(terminal.style('dim', `${runId} succeeded in ${shownTime(ms)}${cost}.`, 'err'));
      note(terminal.style('dim', `Look closer: pipewright trace ${runId}`, 'err'));
      break;
    }
    case 'failed':
      if (error) showError(terminal, { ...error, where: error.where ?? result.step ?? '' });
      note('');
      note(`${runId} failed${result.step === undefined ? '' : ` at the step ${result.step}`}.`);
      note(`Look closer:   pipewright trace ${runId}`);
      if (result.step !== undefined) note(`Mend and go on: pipewright run --fork ${runId} --at ${result.step}`);
      break;
    case 'waiting': {
      const all = (await host.reviews()).list({ runId });
      const stops = openStops(all);
      const tasks = all.filter((task) => !stops.includes(task));
      const timers = (await (await host.runs()).trace(runId, { payloads: 'none' })).waits.filter(isOpenTimer);
      for (const { title, reason } of stops) {
        const why = reason === null || reason === 'step' ? '' : ` – ${safeText(reason)}`;
        note(`${terminal.style('bold', safeText(title), 'err')}${why}`);
      }
      if (stops.length > 0) {
        note(`  look:     pipewright review show ${stops[0]?.wait.slice(0, 'wait_'.length + 8)}`);
        note(`  go on:    pipewright resume ${runId} --continue | --step | --until NODE`);
        note(`  edit:     pipewright resume ${runId} --set PORT=VALUE`);
      }
      if (tasks.length > 0) note(`${runId} waits for ${plural(tasks.length, 'decision')}:`);
      for (const { wait, title, reason, actions } of tasks) {
        const id = wait.slice(0, 'wait_'.length + 8);
        note(`  ${terminal.style('bold', safeText(title), 'err')}${reason === null ? '' : ` – ${safeText(reason)}`}`);
        note(`    pipewright review show ${id}`);
        note(`    pipewright review decide ${id} ${actions.join('|')}`);
      }
      if (timers.length > 0) note(`${runId} waits for ${plural(timers.length, 'timer')}:`);
      for (const { title, dueAt } of timers)
        note(`  ${terminal.style('bold', safeText(title), 'err')}: ${shownDate(dueAt ?? 0)}`);
      if (timers.length > 0) note(`When the time has come: pipewright resume ${runId}`);
      break;
    }
    case 'interrupted':
      note(`${runId} was interrupted; nothing that is committed is lost.`);
      note(`Go on with: pipewright resume ${runId}`);
      break;
    case 'cancelled':
      note(`${runId} was cancelled.`);
      break;
  }
  await showMoney(note, host, runId);
}

/** Budgets that this run has brought near their end, and what its own log cannot tell: the cost of calls cut off. */
async function showMoney(note: (text: string) => void, host: Host, runId: string): Promise<void> {
  if (!host.hasSpent()) return;
  const costs = await host.costs();
  for (const { what, spentNanoUsd, limitNanoUsd } of costs.warnings(runId))
    note(`The budget of ${what} is nearly used up: ${shownUsd(spentNanoUsd)} of ${shownUsd(limitNanoUsd)}.`);
  const logged = (await host.runs()).list({ search: runId, limit: 1 })[0]?.nanoUsd ?? 0;
  const cutOff = costs.report('run', { runId }).total.nanoUsd - logged;
  if (cutOff > 0) note(`Calls that were cut off may cost another ${shownUsd(cutOff)}: an estimate.`);
}

function isOpenTimer({ kind, state }: TracedWait): boolean {
  return kind === 'timer' && state === 'open';
}

const LINE_MARKS = { 'step.finished': '✓', 'step.failed': '✗', 'step.retried': '↻' } as const;

/** What a run is doing, on standard error: one moving line on a terminal, else a line for each finished step. */
class RunProgress {
  private readonly terminal: Terminal;
  private readonly running = new Map<string, number>();
  private done = 0;
  private text = '';

  constructor(terminal: Terminal) {
    this.terminal = terminal;
  }

  hear(signal: RunSignal): void {
    if (signal.type === 'step.running') this.running.set(signal.step, performance.now());
    else if (signal.type === 'delta.reset') this.text = '';
    else if (signal.type === 'delta') this.text = `${this.text}${signal.text}`.slice(-200);
    else this.hearEvent(signal.event);
    if (!this.terminal.live) return;
    const names = [...new Set([...this.running.keys()].map(nodeOf))];
    const words = safeText(this.text).replace(/\s+/g, ' ').slice(-60);
    this.terminal.status(
      names.length === 0 ? '' : `${this.done} done · ${names.join(', ')}${words ? ` · ${words}` : ''}`,
    );
  }

  private hearEvent(event: Extract<RunSignal, { type: 'event' }>['event']): void {
    if (event.type === 'step.retried') {
      this.terminal.err(
        `${LINE_MARKS[event.type]} ${event.step}: ${safeText(event.error.message)} Again in ${shownTime(event.waitMs)}.`,
      );
      return;
    }
    if (event.type === 'step.waiting') this.running.delete(event.step);
    if (event.type !== 'step.finished' && event.type !== 'step.failed' && event.type !== 'step.skipped') return;
    this.running.delete(event.step);
    this.text = '';
    this.done += 1;
    if (event.type === 'step.skipped' || this.terminal.live || event.step.includes('/')) return;
    this.terminal.err(`${LINE_MARKS[event.type]} ${event.step}  ${shownTime(event.at - event.startedAt)}`);
  }
}
