import { statSync } from 'node:fs';
import { join } from 'node:path';
import { readFileBounded, sha256OfBytes } from '../adapters/files/read-file-bounded.ts';
import { parseJsonText } from '../adapters/files/read-json-file.ts';
import type { OwnPrices } from '../adapters/models/price-table.ts';
import { PriceFile } from '../core/budget/prices.ts';
import { AppError } from '../core/errors/app-error.ts';
import { jsonPath, schemaFaults } from '../core/graph/workflow-issue.ts';

export const PRICE_FILE = 'prices.json';
const MAX_PRICE_BYTES = 10 * 1_048_576;

/**
 * The prices of a workspace, read again whenever the file has changed: what is priced from then on follows it.
 * @returns undefined for a workspace without the file
 * @throws AppError workspace.invalid
 */
export function workspacePrices(folder: string): () => Promise<OwnPrices | undefined> {
  let known: { stamp: string; prices: Promise<OwnPrices> } | undefined;
  return async () => {
    const facts = statSync(join(folder, PRICE_FILE), { throwIfNoEntry: false });
    if (facts === undefined) return undefined;
    const stamp = `${facts.mtimeMs} ${facts.size} ${facts.ino}`;
    if (known?.stamp !== stamp) known = { stamp, prices: read(join(folder, PRICE_FILE)) };
    return known.prices;
  };
}

async function read(path: string): Promise<OwnPrices> {
  return pricesOf(await readFileBounded(path, MAX_PRICE_BYTES, PRICE_FILE));
}

/** What a price file says. @throws AppError workspace.invalid with the place */
export function pricesOf(bytes: Uint8Array): OwnPrices {
  const json = parseJsonText(new TextDecoder().decode(bytes), { invalid: 'workspace.invalid', name: PRICE_FILE });
  const parsed = PriceFile.safeParse(json);
  if (!parsed.success) {
    const [first] = schemaFaults(parsed.error, { schema: PriceFile, value: json });
    throw new AppError('workspace.invalid', {
      message: first?.message ?? 'The file is not valid.',
      where: `${PRICE_FILE} at ${jsonPath(first?.path ?? [])}`,
      remedy: 'Mend the file; `pipewright schema prices` prints what it may hold.',
    });
  }
  return { file: parsed.data, version: `${PRICE_FILE} ${parsed.data.date} (${sha256OfBytes(bytes).slice(0, 8)})` };
}
