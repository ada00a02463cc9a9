import type { Command } from 'commander';
import { STUDIO_PORT } from '../studio-port.ts';
import { examples, jsonOption, type Runner, wholeNumber, workspaceOption } from './command-parts.ts';

/** What makes a workspace, opens it and checks what is in it. */
export function addWorkspaceCommands(program: Command, run: Runner): void {
  program.commandsGroup('Begin, draw and check:');

  const init = program
    .command('init')
    .summary('make a workspace')
    .description(
      'Makes a folder a workspace: a small pipeline that answers questions from documents and runs at once, without a key or a network. Never changes a file that is there.',
    )
    .argument('[folder]', 'where', '.')
    .option('--name <name>', 'name of the workspace (default: that of the folder)')
    .option('--template <template>', 'begin with this one instead; `pipewright templates` lists them')
    .option(
      '--base-url <url>',
      'address of the OpenAI-compatible server that a template asks, such as http://localhost:11434/v1',
    )
    .option('--model <model>', 'name of the model that a template asks')
    .option('--secret <variable>', 'variable with the key of that server; none: it wants no key')
    .addOption(jsonOption())
    .action(run(async () => (await import('../commands/init.ts')).init));
  examples(init, [
    'pipewright init handbook',
    'cd handbook && pipewright run answer --input question="When is it open?"',
    'pipewright init invoices --template extract-from-documents',
    'pipewright init shop --template agent-with-approval --base-url http://localhost:11434/v1 --model qwen3',
  ]);

  const templates = program
    .command('templates')
    .summary('list ready-made pipelines to begin with')
    .description(
      'Lists the templates of this release. Each is a small workspace that runs against any OpenAI-compatible server: `pipewright init --template` makes one of your own.',
    )
    .addOption(jsonOption())
    .action(run(async () => (await import('../commands/templates.ts')).templates));
  examples(templates, ['pipewright templates']);

  const studio = program
    .command('studio')
    .summary('draw, run and debug workflows in the browser')
    .description(
      'Serves the studio for a workspace on this machine and opens it in the browser. The printed link works once; Enter prints another one, Ctrl-C ends.',
    )
    .option('--sample', 'open the sample workspace; it is copied to your profile the first time')
    .option(
      '--port <port>',
      `port on 127.0.0.1; 0: any free one (default: ${STUDIO_PORT}, or a free one)`,
      wholeNumber(0, 65_535),
    )
    .option('--no-open', 'print the link and open no browser')
    .addOption(workspaceOption().conflicts('sample'))
    .action(run(async () => (await import('../commands/studio.ts')).studio));
  examples(studio, ['pipewright studio', 'pipewright studio --sample --no-open']);

  const nodes = program
    .command('nodes')
    .summary('list the node types, or show one')
    .description('Lists the node types, or shows one with its ports, config and examples.')
    .argument('[type]', 'node type')
    .addOption(jsonOption())
    .action(run(async () => (await import('../commands/nodes.ts')).nodes));
  examples(nodes, ['pipewright nodes', 'pipewright nodes retriever']);

  const validate = program
    .command('validate')
    .summary('check workflows without running anything')
    .description(
      'Checks workflow files: format, types, wires, configs, prompts and what they refer to. Starts no process and opens no connection. Without files: all of the workspace.',
    )
    .argument('[workflow...]', 'names or paths')
    .addOption(jsonOption())
    .addOption(workspaceOption())
    .action(run(async () => (await import('../commands/validate.ts')).validate));
  examples(validate, ['pipewright validate', 'pipewright validate workflows/answer.flow.json --json']);
}
