import { AppError } from '../../../core/errors/app-error.ts';
import { type Feedback, type FeedbackValue, THUMBS } from '../../../core/run/feedback.ts';
import { textOfValue } from '../../../core/text/text-of-value.ts';
import { findRun, noRuns } from '../../../services/run/find-run.ts';
import { valueOfText } from '../../../services/run/run-edits.ts';
import { type CommandContext, type CommonOptions, printJson, withHost } from '../command-context.ts';
import { shownDate } from '../figures.ts';
import { tableLines, wrapped } from '../table.ts';
import { userName } from '../user-name.ts';

interface GiveOptions extends CommonOptions {
  up?: boolean;
  down?: boolean;
  name: string;
  value?: string;
  note?: string;
  correction?: string;
  step?: string;
  output?: string;
  whole?: boolean;
  by?: string;
}

export async function giveFeedback(context: CommandContext, run: string, options: GiveOptions): Promise<void> {
  const { terminal } = context;
  const { name, note, correction, by } = options;
  const value = opinionOf(options);
  const given = await withHost(context, options, async (host) => {
    if (!host.hasHistory()) findRun(noRuns, run);
    const target = targetOf(options);
    return (await host.feedback()).give({
      ...{ run, name, value, by: by ?? userName() },
      ...(target !== undefined && { target }),
      ...(note !== undefined && { note }),
      ...(correction !== undefined && { correction: valueOfText(correction, 'any', '--correction') }),
    });
  });
  if (options.json) printJson(context, given);
  else terminal.err(`Kept: ${shownOpinion(given)} about ${shownTarget(given)}.`);
}

export async function listFeedback(
  context: CommandContext,
  options: CommonOptions & { run?: string; workflow?: string; thumb?: 'up' | 'down'; limit: number },
): Promise<void> {
  const { terminal } = context;
  const list = await withHost(context, options, async (host) => {
    const { run, workflow, thumb, limit } = options;
    if (!host.hasHistory()) {
      if (run !== undefined) findRun(noRuns, run);
      return [];
    }
    return (await host.feedback()).list({
      limit,
      ...(run !== undefined && { runId: (await host.runs()).find(run) }),
      ...(workflow !== undefined && { workflowId: workflow }),
      ...(thumb && { name: THUMBS, value: thumb === 'up' }),
    });
  });
  if (options.json) printJson(context, list);
  else if (list.length === 0) terminal.err('No feedback.');
  else {
    const rows = list.map((one) => [one.id, shownOpinion(one), shownTarget(one), shownDate(one.at), one.by]);
    const columns = [
      { title: 'FEEDBACK' },
      { title: 'SAYS' },
      { title: 'ABOUT', flexible: true },
      { title: 'WHEN' },
      { title: 'WHO' },
    ];
    const [head = '', ...lines] = tableLines(columns, rows, terminal.width);
    terminal.out(head);
    for (const [i, line] of lines.entries()) {
      terminal.out(line);
      // Words stand below and whole: they are what one reads such a list for.
      for (const words of list[i] ? shownWords(list[i], terminal.width - 2) : []) terminal.out(`  ${words}`);
    }
  }
}

export async function removeFeedback(context: CommandContext, id: string, options: CommonOptions): Promise<void> {
  await withHost(context, options, async (host) => (await host.feedback()).remove(id));
  context.terminal.err('It is taken back.');
}

function opinionOf({ up, down, name, value }: GiveOptions): FeedbackValue {
  if (name === THUMBS && value === undefined && (up || down)) return up === true;
  if (name !== THUMBS && value !== undefined && !up && !down) {
    const read = valueOfText(value, 'any', '--value');
    return typeof read === 'boolean' || typeof read === 'number' ? read : value;
  }
  throw new AppError('cli.usage', {
    message: name === THUMBS ? 'Nothing says what you think of it.' : 'A name of its own goes with a value of its own.',
    where: name === THUMBS ? '--up, --down' : '--name, --value',
    remedy: 'Give --up or --down; or --name with --value, such as --name accuracy --value 0.8.',
  });
}

function targetOf({ step, output, whole }: GiveOptions): { step: string; port?: string } | null | undefined {
  if (whole) return null;
  if (step !== undefined) return { step, ...(output !== undefined && { port: output }) };
  if (output === undefined) return undefined;
  throw new AppError('cli.usage', {
    message: 'An output belongs to a step, and none is named.',
    where: '--output',
    remedy: 'Name the step as well: --step read --output text.',
  });
}

function shownOpinion({ name, value }: Feedback): string {
  if (name === THUMBS) return value === true ? 'thumb up' : 'thumb down';
  return `${name} ${value}`;
}

function shownTarget({ target, runId }: Feedback): string {
  return target ? `${runId} ${target.step}${target.port === null ? '' : `.${target.port}`}` : runId;
}

function shownWords({ words, note, correction }: Feedback, width: number): string[] {
  if (words === 'personal') return ['(personal words: they are kept encrypted)'];
  if (words === 'purged') return ['(the words are gone with the payloads of the run)'];
  const should = correction === null ? [] : wrapped(`→ ${textOfValue(correction)}`, width);
  return [...(note === null ? [] : wrapped(note, width)), ...should];
}
