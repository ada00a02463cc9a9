import type { Expectation } from '../../../core/dataset/expectations.ts';
import { AppError } from '../../../core/errors/app-error.ts';
import { findRun, noRuns } from '../../../services/run/find-run.ts';
import { type CommandContext, type CommonOptions, printJson, withHost } from '../command-context.ts';

interface AddOptions extends CommonOptions {
  dataset: string;
  reference?: string;
  expect?: Expectation;
  why?: string;
  tag?: string[];
  redact?: boolean;
  keepPersonal?: boolean;
  update?: boolean;
}

export async function addCase(context: CommandContext, run: string, options: AddOptions): Promise<void> {
  const { reference, expect, why, tag, redact, keepPersonal, update } = options;
  const added = await withHost(context, options, async (host) => {
    if (!host.hasHistory()) findRun(noRuns, run);
    return (await host.cases()).add({
      ...{ run, file: datasetFile(options.dataset) },
      ...(reference !== undefined && { reference }),
      ...(expect && { expect }),
      ...(why !== undefined && { why }),
      ...(tag && { tags: tag }),
      ...((redact || keepPersonal) && { personal: redact ? ('redact' as const) : ('keep' as const) }),
      ...(update && { update }),
    });
  });
  if (options.json) printJson(context, added);
  else
    context.terminal.err(
      `${added.updated ? 'Updated' : 'Added'}: ${added.case.id} in ${added.file}, line ${added.line}.`,
    );
}

/** A name as a person writes it: `questions`, `questions.jsonl` or the whole path. */
function datasetFile(given: string): string {
  const name = given
    .replaceAll('\\', '/')
    .replace(/^\.\//, '')
    .replace(/^datasets\//, '')
    .replace(/\.jsonl$/, '');
  const parts = name.split('/');
  if (!name.startsWith('/') && parts.every((part) => /^[^. :*?"<>|][^:*?"<>|]{0,119}$/.test(part)))
    return `datasets/${name}.jsonl`;
  throw new AppError('cli.usage', {
    message: `“${given}” is not the name of a dataset.`,
    where: '--dataset',
    remedy: 'Datasets lie in the folder “datasets” of the workspace: --dataset questions',
  });
}
