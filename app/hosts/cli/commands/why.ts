import type { RunFlag } from '../../../core/run/run-flags.ts';
import { findRun, noRuns } from '../../../services/run/find-run.ts';
import type { ShownLink, Why } from '../../../services/run/run-insight.ts';
import { type CommandContext, type CommonOptions, printJson, withHost } from '../command-context.ts';
import { plural, shownDate } from '../figures.ts';
import { wrapped } from '../table.ts';
import { safeText, type Terminal } from '../terminal.ts';

interface WhyOptions extends CommonOptions {
  good?: string;
  all?: boolean;
}

const flags: { [flag in RunFlag['flag']]: string } = {
  failed: 'failed',
  'thumbed-down': 'got a thumb down',
  rejected: 'was rejected by a person',
  refused: 'refused the answer',
  abstained: 'found no answer',
  'handed-over': 'was handed to a person',
  doubtful: 'scored the answer low',
};

/** Shows what led to a step, beside the last run that went well. */
export async function why(
  context: CommandContext,
  run: string,
  step: string | undefined,
  options: WhyOptions,
): Promise<void> {
  const { good, json } = options;
  const found = await withHost(context, options, async (host) => {
    if (!host.hasHistory()) findRun(noRuns, run);
    return (await host.insight()).why(run, {
      ...(step !== undefined && { step }),
      ...(good !== undefined && { good }),
    });
  });
  if (json) printJson(context, found);
  else show(context.terminal, found, options);
}

function show(terminal: Terminal, found: Why, { all = false }: WhyOptions): void {
  const { start, flag, good, origins, links, untold } = found;
  const said = flag?.said === undefined ? '' : `: ${flag.said}`;
  paragraph(
    terminal,
    `${start} ${flag ? `${flags[flag.flag]}${said}` : `of ${found.workflowName}: nothing is flagged there`}`,
    'bold',
  );
  paragraph(terminal, besideText(found), 'dim');
  if (good) {
    const first = origins[0];
    const more = origins.slice(1, 6).map(nameOf).join(', ');
    const others = more === '' ? '' : ` Others that differ of themselves: ${more}${origins.length > 6 ? ' …' : '.'}`;
    paragraph(
      terminal,
      first === undefined
        ? 'Nothing that fed it differs: both runs worked on the same, as far as their logs tell.'
        : `The first step that differs is ${nameOf(first)}.${others} That it differs does not prove that it is the cause.`,
      'yellow',
    );
  }
  terminal.out();
  // Steps that only handed a value on say little, unless they differ.
  const isTold = (link: ShownLink) => all || link.kind !== 'value' || link.isOrigin || link.distance === 0;
  for (const link of links) if (isTold(link)) showLink(terminal, link, good !== undefined);
  const hidden = links.filter((link) => !isTold(link)).length;
  const hints = [
    hidden > 0 ? `${plural(hidden, 'step')} that only handed values on: --all shows them` : undefined,
    untold > 0 ? `${plural(untold, 'turn')} of containers left out` : undefined,
  ].filter((hint) => hint !== undefined);
  if (hints.length > 0) terminal.err(`${hints.join('; ')}.`);
}

function besideText({ good, looked }: Why): string {
  if (!good) {
    return looked === 0
      ? 'There is no other run of this workflow that finished: nothing to compare with.'
      : `None of ${plural(looked, 'run')} of this workflow went well: nothing to compare with.`;
  }
  const which = good.sameInputs
    ? 'the newest with the same inputs that went well'
    : 'the newest that went well; its inputs were others';
  return `Beside ${good.runId} of ${shownDate(good.createdAt)}: ${which}${good.sameWorkflow ? '' : '; the workflow was another version'}.`;
}

const nameOf = ({ step, side }: { step: string; side?: 'start' }) => (side ? `${step} (start)` : step);

function showLink(terminal: Terminal, link: ShownLink, isCompared: boolean): void {
  const mark = !isCompared
    ? ' '
    : link.isOrigin
      ? '!'
      : link.compared.verdict === 'differs'
        ? '~'
        : link.compared.verdict === 'only-here'
          ? '+'
          : link.compared.verdict === 'same'
            ? '='
            : '?';
  const style = mark === '!' || mark === '+' ? 'yellow' : 'dim';
  terminal.out(
    `${terminal.style(style, mark)} ${terminal.style('bold', safeText(nameOf(link)))}  ${terminal.style('dim', link.kind)}`,
  );
  for (const line of wrapped(link.reason, terminal.width, '    ')) terminal.out(line);
  const told = isCompared ? comparedText(link) : undefined;
  if (told !== undefined)
    for (const line of wrapped(told, terminal.width, '    ')) terminal.out(terminal.style(style, line));
}

function comparedText({ compared, differences, isOrigin }: ShownLink): string | undefined {
  if (compared.verdict === 'same') return undefined;
  if (compared.verdict === 'only-here') return 'The good run has no such step.';
  if (compared.verdict === 'not-comparable') return 'Not comparable: it has not ended in both runs.';
  return `${isOrigin ? 'Differs of itself' : 'Differs'}: ${differences.join('; ')}.`;
}

function paragraph(terminal: Terminal, text: string, style: 'bold' | 'dim' | 'yellow'): void {
  for (const line of wrapped(text, terminal.width)) terminal.out(terminal.style(style, line));
}
