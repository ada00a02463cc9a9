import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomic } from '../../../adapters/files/write-file-atomic.ts';
import type { PricedProfile, PriceFile } from '../../../core/budget/prices.ts';
import { AppError } from '../../../core/errors/app-error.ts';
import { PRICE_FILE } from '../../price-file.ts';
import { type CommandContext, type CommonOptions, printJson, withHost } from '../command-context.ts';
import { tableLines } from '../table.ts';
import type { Terminal } from '../terminal.ts';

interface PricesOptions extends CommonOptions {
  write?: boolean;
}

export async function prices(context: CommandContext, options: PricesOptions): Promise<void> {
  const { terminal } = context;
  await withHost(context, options, async (host) => {
    const found = await host.prices();
    if (options.write) {
      const file = await writePrices(host.folder, found);
      if (options.json) printJson(context, { file: PRICE_FILE, ...file });
      else {
        terminal.out(`Wrote ${PRICE_FILE}: its prices win over the table from now on.`);
        const unknown = found
          .filter(({ price }) => price === null)
          .map(({ provider, model }) => `${provider}/${model}`);
        if (unknown.length > 0) terminal.err(`Without a known price, so not in it: ${unknown.join(', ')}.`);
      }
    } else if (options.json) printJson(context, found);
    else show(terminal, found);
  });
}

function show(terminal: Terminal, found: readonly PricedProfile[]): void {
  if (found.length === 0) {
    terminal.err('The workspace has no profiles.');
    return;
  }
  const columns = [
    { title: 'PROFILE' },
    { title: 'MODEL', flexible: true },
    { title: 'INPUT', right: true },
    { title: 'CACHED', right: true },
    { title: 'OUTPUT', right: true },
    { title: 'SAID BY', flexible: true, wraps: true },
  ];
  const rows = found.map(({ profile, provider, model, price, rises, source }) => [
    profile,
    `${provider} ${model}`,
    price === null ? 'unknown' : `${rises ? 'from ' : ''}${amount(price.input)}`,
    price?.cachedInput === undefined ? '' : amount(price.cachedInput),
    price === null ? '' : amount(price.output),
    source ?? '',
  ]);
  for (const line of tableLines(columns, rows, terminal.width)) terminal.out(line);
  const rising = found.some(({ rises }) => rises) ? ' “from”: more for long prompts.' : '';
  terminal.err(`US dollars per million tokens.${rising}`);
}

const amount = (usd: number) => `$${usd}`;

/** @throws AppError file.exists */
async function writePrices(folder: string, found: readonly PricedProfile[]): Promise<PriceFile> {
  const path = join(folder, PRICE_FILE);
  if (existsSync(path)) {
    throw new AppError('file.exists', {
      message: `There is a ${PRICE_FILE} already.`,
      where: path,
      remedy: 'Edit it, or move it away first.',
    });
  }
  const file: PriceFile = {
    format: 1,
    date: new Date().toISOString().slice(0, '2026-12-01'.length),
    // What is not known stays unknown: nobody's price is nothing until somebody says so.
    models: Object.fromEntries(
      found.flatMap(({ provider, model, price }) =>
        provider === 'built-in' || price === null ? [] : [[`${provider}/${model}`, price]],
      ),
    ),
  };
  await writeFileAtomic(path, `${JSON.stringify(file, null, 2)}\n`);
  return file;
}
