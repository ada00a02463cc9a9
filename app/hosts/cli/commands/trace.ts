import type { CachedAnswer } from '../../../core/capabilities/capabilities.ts';
import { AppError } from '../../../core/errors/app-error.ts';
import { didYouMean } from '../../../core/errors/suggest.ts';
import { readRetrievalReport } from '../../../core/run/retrieval-report.ts';
import { nodeOf } from '../../../core/run/step-path.ts';
import { findRun, noRuns } from '../../../services/run/find-run.ts';
import type { Trace, TracedStep } from '../../../services/run/trace.ts';
import { type CommandContext, type CommonOptions, printJson, withHost } from '../command-context.ts';
import { courseText, fallbackText, tryText } from '../course-text.ts';
import { plural, shownCost, shownDate, shownMoment, shownTime, shownTokens } from '../figures.ts';
import { reportLines } from '../retrieval-lines.ts';
import { showError } from '../show-error.ts';
import { shownValueLines, tracedValueLines } from '../shown-values.ts';
import { stepTable } from '../step-table.ts';
import { wrapped } from '../table.ts';
import { safeText, type Terminal } from '../terminal.ts';

interface TraceOptions extends CommonOptions {
  step?: string;
  logs?: boolean;
  all?: boolean;
}

export async function trace(context: CommandContext, run: string, options: TraceOptions): Promise<void> {
  const { step, json } = options;
  const found = await withHost(context, options, async (host) => {
    if (!host.hasHistory()) findRun(noRuns, run);
    return (await host.runs()).trace(run, { payloads: step !== undefined ? { step } : json ? 'all' : 'none' });
  });
  if (step !== undefined) {
    const steps = stepsNamed(found, step);
    if (json) printJson(context, steps);
    else for (const one of steps) showStep(context.terminal, one, found.runId);
  } else if (json) printJson(context, found);
  else show(context.terminal, found, options);
}

/** @throws AppError run.step_not_found */
function stepsNamed({ steps, runId }: Trace, name: string): TracedStep[] {
  const exact = steps.filter(({ step }) => step === name);
  const found = exact.length > 0 ? exact : steps.filter(({ step }) => nodeOf(step) === name);
  if (found.length > 0) return found;
  throw new AppError('run.step_not_found', {
    message: `The run has no step “${name}”.${didYouMean(
      name,
      steps.map(({ step }) => step),
    )}`,
    where: runId,
    remedy: `See all of them: pipewright trace ${runId} --all`,
  });
}

function show(terminal: Terminal, found: Trace, options: TraceOptions): void {
  const { runId, workflowName, createdAt, endedAt, lastAt, spent } = found;
  const state = found.interrupted ? 'interrupted' : found.status;
  const style = state === 'succeeded' ? 'green' : state === 'failed' || state === 'cancelled' ? 'red' : 'yellow';
  terminal.out(`${terminal.style('bold', safeText(workflowName))}  ${terminal.style(style, state)}`);
  const facts = [runId, shownMoment(createdAt), shownTime((endedAt ?? lastAt) - createdAt)];
  if (spent.inputTokens + spent.outputTokens > 0)
    facts.push(`${shownTokens(spent)} tokens`, shownCost(spent.nanoUsd, spent.unpriced));
  if (found.tags) facts.push(found.tags.join(', '));
  const saved = found.steps.flatMap(({ calls }) => calls.flatMap(({ cached }) => cached?.savedNanoUsd ?? []));
  if (saved.length > 0) facts.push(`${shownCost(saved.reduce((sum, one) => sum + one))} saved by kept answers`);
  if (found.starts > 1) facts.push(`resumed ${plural(found.starts - 1, 'time')}`);
  for (const line of wrapped(facts.join(' · '), terminal.width)) terminal.out(terminal.style('dim', line));
  if (found.origin) {
    const { kind, parent, at } = found.origin;
    terminal.out(terminal.style('dim', `${kind} of ${parent}${at === undefined ? '' : ` at ${at}`}`));
  }
  terminal.out();
  for (const line of stepTable(found.steps, { width: terminal.width, all: options.all === true })) terminal.out(line);
  showRetries(terminal, found);
  showCourses(terminal, found);
  for (const { kind, title, state: waitState, reason, wait, decision, dueAt } of found.waits) {
    terminal.out();
    if (kind === 'timer') {
      const told = waitState === 'expired' ? 'the time has come' : waitState;
      terminal.out(`${terminal.style('yellow', 'timer')}   ${safeText(title)}: ${told} (${shownDate(dueAt ?? 0)})`);
      continue;
    }
    const told = decision
      ? `${decision.action} by ${decision.by}${decision.comment ? `: ${decision.comment}` : ''}`
      : waitState;
    terminal.out(`${terminal.style('yellow', 'person')}  ${safeText(title)}: ${safeText(told)}`);
    if (reason !== undefined) for (const line of wrapped(reason, terminal.width, '        ')) terminal.out(line);
    if (waitState === 'open' && !decision) terminal.out(`        pipewright review show ${wait.slice(0, 13)}`);
  }
  if (options.logs) showLogs(terminal, found);
  else if (found.logs.length > 0) terminal.err(`${plural(found.logs.length, 'log line')}: --logs shows them.`);
  if (found.error) {
    terminal.out();
    showError(terminal, { ...found.error, where: found.error.where ?? found.failedStep ?? '' });
  }
}

/** Whose answer a call got instead of asking. */
function keptText({ key, ageMs, savedNanoUsd }: CachedAnswer): string {
  const saved = savedNanoUsd === undefined ? '' : `, saved ${shownCost(savedNanoUsd)}`;
  return `kept answer ${key.slice(0, 12)}, ${ageMs < 1000 ? 'given just now' : `${shownTime(ageMs)} old`}${saved}`;
}

function showRetries(terminal: Terminal, { steps }: Trace): void {
  for (const { step, retries } of steps) {
    for (const { attempt, error, waitMs } of retries) {
      terminal.out();
      const text = `${step}, attempt ${attempt}: ${error.message} (${error.class}); again after ${shownTime(waitMs)}`;
      for (const line of wrapped(text, terminal.width, '  ')) terminal.out(terminal.style('yellow', line));
    }
  }
}

/** Calls that took more than one try, or were answered by a fallback. */
function showCourses(terminal: Terminal, { steps }: Trace): void {
  for (const { step, calls } of steps) {
    for (const { call, course } of calls) {
      if (course === undefined) continue;
      terminal.out();
      for (const line of wrapped(`${step}, call ${call}: ${courseText(course)}`, terminal.width, '  '))
        terminal.out(terminal.style('yellow', safeText(line)));
    }
  }
}

function showLogs(terminal: Terminal, { logs, createdAt }: Trace): void {
  terminal.out();
  for (const { at, level, step, message, data } of logs) {
    const head = `${`+${shownTime(at - createdAt)}`.padEnd(9)}${level.padEnd(8)}${step}: `;
    for (const line of wrapped(`${head}${message}${data ? ` ${JSON.stringify(data)}` : ''}`, terminal.width))
      terminal.out(line);
  }
}

function showStep(terminal: Terminal, one: TracedStep, run: string): void {
  const { step, state, attempt, startedAt, endedAt, detail, calls, outputs, cached, skipped, error } = one;
  terminal.out(`${terminal.style('bold', step)}  ${state}${attempt > 1 ? `, attempt ${attempt}` : ''}`);
  if (startedAt !== undefined && endedAt !== undefined)
    terminal.out(terminal.style('dim', shownTime(endedAt - startedAt)));
  if (cached) {
    const { run, step: from, key, at } = cached;
    terminal.out(`taken from ${run}, step ${from}, of ${shownDate(at)} (key ${key.slice(0, 12)}…)`);
  }
  if (skipped)
    terminal.out(
      skipped.reason === 'disabled' ? 'the node is disabled' : `nothing came in at: ${skipped.ports.join(', ')}`,
    );
  const report = readRetrievalReport(detail);
  if (report) {
    terminal.out();
    terminal.out(terminal.style('dim', 'chunks'));
    for (const line of reportLines(report, terminal, '  ')) terminal.out(line);
    terminal.out(terminal.style('dim', `  pipewright retrieval ${run} ${step}  follows them through the run`));
  }
  const { retrieval: _told, ...facts } = detail ?? {};
  if (Object.keys(facts).length > 0) {
    terminal.out();
    terminal.out(terminal.style('dim', 'facts'));
    for (const line of shownValueLines(report ? facts : (detail ?? {}), terminal, '  ')) terminal.out(line);
  }
  for (const call of calls) {
    terminal.out();
    const facts = [call.kind, call.state];
    if (call.model !== undefined) facts.push(`${call.provider ?? ''} ${call.model}`.trim());
    if (call.endedAt !== undefined) facts.push(shownTime(call.endedAt - call.startedAt));
    if (call.usage) facts.push(`${shownTokens(call.usage)} tokens`);
    if (call.cached) facts.push(keptText(call.cached));
    else if (call.cost) facts.push(shownCost(call.cost.nanoUsd, call.cost.known ? 0 : 1));
    if (call.usage?.estimated) facts.push('estimated');
    if (call.prompt !== undefined) facts.push(call.prompt);
    terminal.out(`${terminal.style('dim', `call ${call.call}`)}  ${safeText(facts.join(' · '))}`);
    if (call.course) {
      const { tries = [] } = call.course;
      section(
        'tries',
        [...tries.map(tryText), fallbackText(call.course) ?? []].flat().map((line) => `    ${line}`),
      );
    }
    if (call.request) section('request', tracedValueLines(call.request, terminal, '    '));
    if (call.response) section('response', tracedValueLines(call.response, terminal, '    '));
    if (call.error) terminal.out(`  ${terminal.style('red', safeText(call.error.message))} (${call.error.code})`);
  }
  for (const [port, value] of Object.entries(outputs)) {
    terminal.out();
    terminal.out(`${terminal.style('dim', 'output')} ${port}`);
    for (const line of tracedValueLines(value, terminal, '  ')) terminal.out(line);
  }
  if (error) {
    terminal.out();
    showError(terminal, error);
  }
  terminal.out();

  function section(title: string, lines: readonly string[]): void {
    terminal.out(`  ${terminal.style('dim', title)}`);
    for (const line of lines) terminal.out(line);
  }
}
