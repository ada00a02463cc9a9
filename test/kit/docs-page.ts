import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { createProgram } from '../../app/hosts/cli/program.ts';

const root = join(import.meta.dirname, '../..');

/** The blocks of one language on a page of the documentation, without the fences. */
export function blocksOf(page: string, language: string): string[] {
  const text = readFileSync(join(root, 'docs', page), 'utf8');
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]+?)^\`\`\``, 'gm'))].map(
    ([, block = '']) => block,
  );
}

/** A program with the source tree in place of the built package, so that a page is checked against the code as it is. */
export function fromSource(program: string): string {
  return program.replace("'pipewright'", JSON.stringify(join(root, 'app/index.ts')));
}

/** Every line of a page that calls the command: its arguments, as a shell would split them. */
export function commandsOf(page: string): string[][] {
  return blocksOf(page, 'sh')
    .flatMap((block) => block.replaceAll('\\\n', ' ').split('\n'))
    .flatMap((line) => {
      const called = /(?:^|[|&]\s*)pipewright\s+([^|&#]*)/.exec(line)?.[1];
      return called === undefined ? [] : [wordsOf(called)];
    });
}

function wordsOf(text: string): string[] {
  return [...text.matchAll(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g)].map(([word]) => word.replace(/["']/g, ''));
}

/** What the command says against arguments, without doing anything; undefined when they are right. */
export async function usageFault(args: readonly string[]): Promise<string | undefined> {
  const terminal = {
    out: () => undefined,
    err: () => undefined,
    style: (_: string, text: string) => text,
    width: 80,
    status: () => undefined,
    live: false,
    flush: async () => undefined,
  };
  const program = createProgram({ terminal, env: {}, cwd: '.' }, () => undefined);
  const doNothing = (command: Command): void => {
    if (command.commands.length === 0 || command.registeredArguments.length > 0) command.action(() => undefined);
    command.commands.forEach(doNothing);
  };
  program.commands.forEach(doNothing);
  try {
    await program.parseAsync([...args], { from: 'user' });
    return undefined;
  } catch (thrown) {
    return `pipewright ${args.join(' ')}: ${thrown instanceof Error ? thrown.message : String(thrown)}`;
  }
}
