import type { KeptBecause } from '../../../core/run/run-removal.ts';
import { type CommandContext, type CommonOptions, printJson, withHost } from '../command-context.ts';
import { plural, shownSize } from '../figures.ts';

const reasons: { readonly [B in KeptBecause]: string } = {
  open: 'it goes on, waits or can be resumed; end it by `pipewright runs cancel`',
  pinned: 'it is pinned; let it go by `pipewright runs pin --off`',
  parent: 'an open run was made from it',
};

export async function removeRuns(
  context: CommandContext,
  runs: string[],
  options: CommonOptions & { yes?: boolean },
): Promise<void> {
  const { terminal } = context;
  const removal = await withHost(context, options, async (host) => {
    const service = await host.runs();
    return options.yes ? service.remove(runs) : service.weigh(runs);
  });
  if (options.json) return printJson(context, { ...removal, removed: options.yes === true });
  const freed = shownSize(removal.bytes);
  const count = plural(removal.runs.length, 'run');
  terminal.out(options.yes ? `${count} removed, ${freed} freed.` : `${count} would go and free ${freed}: add --yes.`);
  for (const { runId, because } of removal.kept) terminal.out(`${runId} stays: ${reasons[because]}.`);
}

export async function pinRuns(
  context: CommandContext,
  runs: string[],
  options: CommonOptions & { off?: boolean },
): Promise<void> {
  const pinned = options.off !== true;
  await withHost(context, options, async (host) => (await host.runs()).pin(runs, pinned));
  if (options.json) printJson(context, { pinned });
  else context.terminal.out(`${plural(runs.length, 'run')} ${pinned ? 'pinned' : 'let go again'}.`);
}
