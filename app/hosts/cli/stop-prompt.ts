import { createInterface } from 'node:readline/promises';
import { isAppError } from '../../core/errors/app-error.ts';
import { isJsonObject, type Json } from '../../core/graph/json.ts';
import type { ReviewTask } from '../../core/run/review-task.ts';
import type { ReviewService } from '../../services/review/review-service.ts';
import type { RunService } from '../../services/run/run-service.ts';
import { nameAndValue } from './command-context.ts';
import { showError } from './show-error.ts';
import { shownValueLines } from './shown-values.ts';
import { wrapped } from './table.ts';
import { safeText, type Terminal } from './terminal.ts';
import { userName } from './user-name.ts';

/** What a person at a terminal types; undefined when they typed Ctrl-C or Ctrl-D. */
export type Ask = (question: string) => Promise<string | undefined>;

export interface StopPrompt {
  terminal: Terminal;
  reviews: Pick<ReviewService, 'show' | 'decide'>;
  runs: Pick<RunService, 'readEdits' | 'evaluate'>;
  ask: Ask;
}

/** How a run goes on that was stopped: with a decision at each stop, and perhaps to a place. */
export interface GoOn {
  until?: string;
}

const keys: readonly (readonly [string, string])[] = [
  ['c', 'continue'],
  ['s', 'step: stop again before whatever begins next'],
  ['u NODE', 'go on until this node or wire'],
  ['e PORT=VALUE', 'edit what the step gets'],
  ['p EXPRESSION', 'print an expression in CEL over inputs, value, step, index and outputs'],
  ['i', 'show the inputs, at more length'],
  ['n', 'look at the next stop'],
  ['x', 'cancel the run'],
  ['q', 'leave; the run can be resumed'],
];

/**
 * Shows where a run is stopped and does what the person says, until the run is to go on. Undefined when the person leaves:
 * then the run stays stopped.
 */
export async function promptAtStops(prompt: StopPrompt, stops: readonly ReviewTask[]): Promise<GoOn | undefined> {
  const { terminal, ask } = prompt;
  const looks = await Promise.all(stops.map((stop) => StopLook.open(prompt, stop)));
  let at = 0;
  const show = (isWhole = false) => {
    looks[at]?.show(isWhole);
    const others = looks.filter((_, i) => i !== at).map(({ step }) => step);
    if (others.length > 0) terminal.err(safeText(`Stopped as well: ${others.join(', ')} (n: look at the next).`));
  };
  show();
  terminal.err('c continue · s step · e edit · p print · u until · q leave · ? more');
  for (;;) {
    const look = looks[at];
    const line = (await ask('> '))?.trim() ?? 'q';
    const [, key = '', rest = ''] = /^(\S+)\s*([\s\S]*)$/.exec(line) ?? [];
    if (key === 'q' || !look) return undefined;
    try {
      switch (key) {
        case '':
          break;
        case 'c':
        case 'u':
          if (key === 'u' && rest === '') {
            terminal.err('Name a node or a wire: u NODE');
            break;
          }
          for (const one of looks) await one.decide('continue');
          return key === 'u' ? { until: rest } : {};
        case 's':
        case 'x':
          await look.decide(key === 's' ? 'step' : 'cancel');
          return {};
        case 'e':
          await look.edit(rest === '' ? ((await ask('port=value: ')) ?? '') : rest);
          break;
        case 'p':
          await look.print(rest);
          break;
        case 'i':
          show(true);
          break;
        case 'n':
          at = (at + 1) % looks.length;
          show();
          break;
        default:
          for (const [name, what] of keys) terminal.err(`  ${name.padEnd(14)}${what}`);
      }
    } catch (thrown) {
      // A slip of the fingers must not end the session.
      if (!isAppError(thrown)) throw thrown;
      showError(terminal, thrown.toWire());
    }
  }
}

/** Lines of a value that are shown unasked. */
const GLANCE = 8;

/** One stop, with what the person has put in so far. */
class StopLook {
  readonly step: string;
  private readonly prompt: StopPrompt;
  private readonly task: ReviewTask;
  private readonly inputs: { [port: string]: Json };
  private edits: { [port: string]: Json } = {};

  static async open(prompt: StopPrompt, stop: ReviewTask): Promise<StopLook> {
    const { payload, ...task } = await prompt.reviews.show(stop.wait);
    return new StopLook(prompt, task, isJsonObject(payload) ? payload : {});
  }

  private constructor(prompt: StopPrompt, task: ReviewTask, inputs: { [port: string]: Json }) {
    this.prompt = prompt;
    this.task = task;
    this.step = task.step;
    this.inputs = inputs;
  }

  show(isWhole = false): void {
    const { terminal } = this.prompt;
    const { step, reason } = this.task;
    terminal.err();
    terminal.err(terminal.style('bold', safeText(`Stopped before ${step}`), 'err'));
    if (reason !== null && reason !== 'step')
      for (const line of wrapped(safeText(reason), terminal.width)) terminal.err(terminal.style('dim', line, 'err'));
    const inputs = { ...this.inputs, ...this.edits };
    for (const [port, value] of Object.entries(inputs)) {
      const edited = Object.hasOwn(this.edits, port) ? ' (edited)' : '';
      terminal.err(`  ${terminal.style('cyan', safeText(port), 'err')}${edited}`);
      const lines = shownValueLines(value, terminal, '    ');
      const most = isWhole ? lines.length : GLANCE;
      for (const line of lines.slice(0, most)) terminal.err(line);
      if (lines.length > most) terminal.err(terminal.style('dim', '    … (i shows more)', 'err'));
    }
    if (Object.keys(inputs).length === 0) terminal.err('  It gets nothing.');
  }

  async edit(given: string): Promise<void> {
    const [port, text] = nameAndValue(given, 'e');
    const read = await this.prompt.runs.readEdits(this.task.runId, this.step, { [port]: text });
    this.edits = { ...this.edits, ...read };
    this.show();
  }

  async print(expression: string): Promise<void> {
    const { terminal, runs } = this.prompt;
    const { results } = await runs.evaluate(this.task.runId, { step: this.step, expressions: [expression] });
    const [result] = results;
    if (!result) return;
    const lines = 'value' in result ? shownValueLines(result.value, terminal, '  ') : [`  ${safeText(result.fault)}`];
    for (const line of lines) terminal.err(line);
  }

  async decide(action: string): Promise<void> {
    const values = action === 'cancel' || Object.keys(this.edits).length === 0 ? {} : { inputs: this.edits };
    const { wait, payloadHash } = this.task;
    await this.prompt.reviews.decide(wait, { action, values, by: userName(), payloadHash });
  }
}

/** Asks at the terminal that the process runs in. */
export async function askAtTerminal(question: string): Promise<string | undefined> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  // Ctrl-C and Ctrl-D: nothing was given.
  const gone = new Promise<undefined>((give) => {
    lines.once('SIGINT', () => give(undefined));
    lines.once('close', () => give(undefined));
  });
  try {
    return await Promise.race([lines.question(question), gone]);
  } finally {
    lines.close();
  }
}
