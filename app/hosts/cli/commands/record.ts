import { AppError } from '../../../core/errors/app-error.ts';
import type { Cassette } from '../../../core/run/cassette.ts';
import type { RecordReport } from '../../../services/cassette/record-cassette.ts';
import type { RunService, StartRequest } from '../../../services/run/run-service.ts';
import type { Host } from '../../compose.ts';
import {
  type CommandContext,
  type CommandResult,
  type CommonOptions,
  printJson,
  withHost,
} from '../command-context.ts';
import { plural, shownSize } from '../figures.ts';
import { attendRun } from '../follow-run.ts';
import { readInputs } from '../run-arguments.ts';

interface RecordOptions extends CommonOptions {
  input?: string[];
  inputs?: string;
  of?: string;
  again?: string;
  output?: string;
  invented?: boolean;
  force?: boolean;
  quiet?: boolean;
}

export async function record(
  context: CommandContext,
  workflow: string | undefined,
  options: RecordOptions,
): Promise<CommandResult> {
  const { of, again, output } = options;
  const sources = [workflow, of, again].filter((one) => one !== undefined);
  if (sources.length !== 1) throw usage('Name a workflow, or a run with --of, or a cassette with --again.');
  if (workflow === undefined && (options.input || options.inputs !== undefined))
    throw usage('Inputs belong to a workflow that is to be run.');
  return withHost(
    context,
    options,
    async (host) => {
      const before = again === undefined ? undefined : await host.cassettes().read(again);
      const runs = await host.runs();
      const runId =
        of === undefined
          ? await ranNow(context, options, runs, host, await meant(context, workflow, before, options))
          : runs.find(of);
      if (runId === undefined) return 'interrupted';
      const file = output ?? again;
      const report = await host.cassettes().record({
        runId,
        ...(file !== undefined && { file }),
        invented: options.invented ?? before?.invented ?? false,
        replace: options.force ?? again !== undefined,
      });
      show(context, report, options);
      return 'ok';
    },
    workflow,
  );
}

/** What is to be run: as the user says, or as a cassette has it. */
async function meant(
  context: CommandContext,
  workflow: string | undefined,
  before: Cassette | undefined,
  options: RecordOptions,
): Promise<StartRequest> {
  if (!before) return { ...(workflow !== undefined && { workflow }), inputs: await readInputs(context, options) };
  const { file } = before.workflow;
  return {
    workflow: file,
    inputs: Object.fromEntries(Object.entries(before.inputs).map(([name, json]) => [name, { json }])),
    ...(before.targets && { to: before.targets }),
    pins: Object.entries(before.edits ?? {}).flatMap(([step, { outputs = {} }]) =>
      Object.entries(outputs).map(([port, { value }]) => ({ step, port, value: { json: value } })),
    ),
  };
}

/** The id of a run that has come to its end, or waits for a person; undefined when it was stopped. */
async function ranNow(
  { terminal }: CommandContext,
  { quiet = false }: RecordOptions,
  runs: RunService,
  host: Host,
  request: StartRequest,
): Promise<string | undefined> {
  // With `off` nothing would be left of the run to record.
  const capture = host.config.capture === 'off' ? { capture: 'hashed' as const } : {};
  const { result } = await attendRun(terminal, { quiet }, (observe) => runs.start({ ...request, ...capture, observe }));
  return result.status === 'interrupted' || result.status === 'cancelled' ? undefined : result.runId;
}

function show(context: CommandContext, report: RecordReport, { json = false }: RecordOptions): void {
  const { terminal } = context;
  if (json) {
    printJson(context, report);
    return;
  }
  const { file, runId, status, steps, calls, bytes } = report;
  terminal.out(file);
  terminal.err(
    `${runId} ${status === 'waiting' ? 'waits for a person' : status}: ${plural(steps, 'step')}, ${plural(calls, 'call')}, ${shownSize(bytes)}. Try it: pipewright test ${file}`,
  );
}

function usage(message: string): AppError {
  return new AppError('cli.usage', { message, where: 'pipewright record', remedy: 'See `pipewright record --help`.' });
}
