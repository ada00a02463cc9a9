import { findRun, noRuns } from '../../../services/run/find-run.ts';
import { type CommandContext, type CommonOptions, printJson, withHost } from '../command-context.ts';
import { plural } from '../figures.ts';
import { retrievalLines } from '../retrieval-lines.ts';

/** Shows how the chunks of one query were found, ranked, packed and used. */
export async function retrieval(
  context: CommandContext,
  run: string,
  step: string | undefined,
  options: CommonOptions & { all?: boolean },
): Promise<void> {
  const found = await withHost(context, options, async (host) => {
    if (!host.hasHistory()) findRun(noRuns, run);
    return (await host.insight()).retrieval(run, step);
  });
  const { terminal } = context;
  if (options.json) {
    printJson(context, found);
    return;
  }
  if (!found.flow) {
    terminal.err(
      step === undefined ? 'Nothing was retrieved in this run.' : `No retrieved chunk reached the step “${step}”.`,
    );
    return;
  }
  for (const line of retrievalLines(found.flow, terminal, options.all === true)) terminal.out(line);
  const others = found.flows.filter(({ id }) => id !== found.flow?.id);
  if (others.length > 0)
    terminal.err(
      `${plural(others.length, 'other query', 'other queries')}: ${others
        .slice(0, 5)
        .map(({ id }) => id)
        .join(', ')}${others.length > 5 ? ' …' : ''}`,
    );
}
