import { resolve } from 'node:path';
import { AppError } from '../../../core/errors/app-error.ts';
import type { CassetteReport } from '../../../services/cassette/play-cassettes.ts';
import { differenceLines } from '../cassette-lines.ts';
import {
  type CommandContext,
  type CommandResult,
  type CommonOptions,
  printJson,
  withHost,
} from '../command-context.ts';
import { plural, shownTime } from '../figures.ts';
import { wrapped } from '../table.ts';
import { safeText, type Terminal } from '../terminal.ts';

interface TestOptions extends CommonOptions {
  update?: boolean;
  junit?: string;
  jobs: number;
}

const marks = { same: ['green', '✓'], differs: ['red', '✗'], invalid: ['red', '✗'], updated: ['yellow', '↻'] } as const;

export async function test(context: CommandContext, cassettes: string[], options: TestOptions): Promise<CommandResult> {
  const { terminal, cwd } = context;
  return withHost(
    context,
    options,
    async (host) => {
      const report = await host.cassettes().test({
        cassettes,
        update: options.update ?? false,
        jobs: options.jobs,
        ...(!options.json && { onReport: (one) => show(terminal, one) }),
      });
      // A test that tries nothing must not pass.
      if (report.cassettes.length === 0)
        throw new AppError('cassette.missing', {
          message: 'There are no cassettes.',
          where: 'tests/**/*.cassette.json',
          remedy: 'Record one: pipewright record WORKFLOW --input name=value',
        });
      if (options.junit !== undefined) {
        const [{ junitReport }, { writeFileAtomic }] = await Promise.all([
          import('../junit.ts'),
          import('../../../adapters/files/write-file-atomic.ts'),
        ]);
        await writeFileAtomic(resolve(cwd, options.junit), junitReport(report, new Date()));
      }
      if (options.json) printJson(context, report);
      else {
        const { same, differs, updated, invalid } = report;
        const facts = [
          `${same} as recorded`,
          ...(updated > 0 ? [`${updated} updated`] : []),
          ...(differs > 0 ? [`${differs} ${differs === 1 ? 'differs' : 'differ'}`] : []),
          ...(invalid > 0 ? [`${invalid} could not be played`] : []),
        ];
        terminal.err(`${plural(report.cassettes.length, 'cassette')}: ${facts.join(', ')} (${shownTime(report.ms)}).`);
      }
      return report.differs + report.invalid > 0 ? 'tests' : 'ok';
    },
    cassettes[0],
  );
}

function show(terminal: Terminal, report: CassetteReport): void {
  const { outcome, file, workflow, steps, calls, ms, differences, began, notes, error } = report;
  const [style, mark] = marks[outcome];
  const facts = workflow ? `  ${safeText(workflow.name)}: ${plural(steps, 'step')}, ${plural(calls, 'call')}` : '';
  terminal.out(`${terminal.style(style, mark)} ${safeText(file)}${facts}  ${shownTime(ms)}`);
  if (error) {
    const { message, where, remedy, code } = error;
    for (const text of [`${message} (${code})`, ...(where ? [where] : []), ...(remedy ? [remedy] : [])])
      for (const line of wrapped(text, terminal.width, '    ')) terminal.out(line);
  }
  for (const difference of differences) for (const line of differenceLines(difference, terminal)) terminal.out(line);
  if (began !== undefined)
    for (const line of wrapped(`The first step that gives something else: ${began}`, terminal.width, '    '))
      terminal.out(terminal.style('dim', line));
  for (const note of notes)
    for (const line of wrapped(`note: ${note}`, terminal.width, '    ')) terminal.out(terminal.style('yellow', line));
}
