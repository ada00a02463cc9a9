import type { Filter } from '../../../core/capabilities/capabilities.ts';
import { AppError } from '../../../core/errors/app-error.ts';
import type { Chunk } from '../../../core/graph/values.ts';
import { type CommandContext, type CommonOptions, printJson, withHost } from '../command-context.ts';
import { plural } from '../figures.ts';
import { wrapped } from '../table.ts';
import { safeText } from '../terminal.ts';

interface SearchOptions extends CommonOptions {
  mode: 'vector' | 'text' | 'hybrid';
  k: number;
  filter?: string;
}

const SHOWN_LINES = 4;

export async function search(
  context: CommandContext,
  collection: string,
  words: string[],
  options: SearchOptions,
): Promise<void> {
  const query = words.join(' ');
  const filter = options.filter === undefined ? undefined : readFilter(options.filter);
  const chunks = await withHost(context, options, (host) =>
    host.knowledge.search(collection, query, { mode: options.mode, k: options.k, ...(filter && { filter }) }),
  );
  if (options.json) printJson(context, { collection, query, mode: options.mode, chunks });
  else {
    chunks.forEach((chunk, i) => {
      show(context, chunk, i + 1);
    });
    if (chunks.length === 0) context.terminal.err('Nothing was found.');
    else context.terminal.err(`${plural(chunks.length, 'chunk')}, by ${options.mode} search.`);
  }
}

/** Where a chunk stands, as editors open it. */
export function placeOf({
  file,
  line,
  page,
}: Pick<Chunk, 'file'> & { line?: number | undefined; page?: number | undefined }): string {
  if (page !== undefined) return `${file}, page ${page}`;
  return line === undefined ? file : `${file}:${line}`;
}

function show({ terminal }: CommandContext, chunk: Chunk, rank: number): void {
  const scores = Object.entries(chunk.scores ?? {}).map(([name, score]) => `${name} ${score.toFixed(3)}`);
  terminal.out(
    `${String(rank).padStart(2)}  ${terminal.style('bold', safeText(placeOf(chunk)))}  ${terminal.style('dim', scores.join(' · '))}`,
  );
  const lines = wrapped(chunk.text.replace(/\n{2,}/g, '\n'), terminal.width, '    ');
  for (const line of lines.slice(0, SHOWN_LINES)) terminal.out(line);
  if (lines.length > SHOWN_LINES) terminal.out(terminal.style('dim', `    … ${lines.length - SHOWN_LINES} more lines`));
  terminal.out();
}

function readFilter(text: string): Filter {
  try {
    // Its shape is checked by the store, field by field.
    return JSON.parse(text) as Filter;
  } catch {
    throw new AppError('cli.usage', {
      message: 'The filter is not JSON.',
      where: '--filter',
      remedy: 'Write for example: --filter \'{"field":"status","op":"eq","value":"open"}\'',
    });
  }
}
