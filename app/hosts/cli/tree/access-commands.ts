import type { Command } from 'commander';
import { collect, examples, grantTargets, jsonOption, type Runner, workspaceOption } from './command-parts.ts';

/** Grants, secrets and model profiles. */
export function addAccessCommands(program: Command, run: Runner): void {
  program.commandsGroup('What may be reached:');

  const grants = program
    .command('grants')
    .summary('what workflows may reach')
    .description(
      'Lists, gives and takes back what workflows may reach: hosts, folders to write in, secrets. Grants lie in your own profile and belong to the content of a workflow: a changed file has none.',
    );
  const grantsList = grants
    .command('list')
    .summary('list grants, or what a workflow asks for')
    .description('Lists all grants, or what one workflow asks for and whether it is granted.')
    .argument('[workflow]', 'name or path')
    .addOption(jsonOption())
    .addOption(workspaceOption())
    .action(run(async () => (await import('../commands/grants.ts')).listGrants));
  examples(grantsList, ['pipewright grants list', 'pipewright grants list orders']);
  const grantsAdd = grantTargets(
    grants
      .command('add')
      .summary('let a workflow reach something')
      .description('Grants to a workflow as it is now what it asks for. Anything that it does not ask for is refused.')
      .argument('<workflow>', 'name or path, or the id of a run'),
    'allow',
  )
    .option('--all', 'everything that it asks for; look at `grants list` first')
    .addOption(jsonOption())
    .addOption(workspaceOption())
    .action(run(async () => (await import('../commands/grants.ts')).addGrants));
  examples(grantsAdd, [
    'pipewright grants add orders --host shop.example.com --secret SHOP_TOKEN',
    'pipewright grants add report --folder reports',
  ]);
  const grantsRevoke = grantTargets(
    grants
      .command('revoke')
      .summary('take grants back')
      .description('Takes back grants of a workflow: those that are named, or all.')
      .argument('<workflow>', 'name or path, the id of a run, or the beginning of a content hash'),
    'take back',
  )
    .addOption(jsonOption())
    .addOption(workspaceOption())
    .action(run(async () => (await import('../commands/grants.ts')).revokeGrants));
  examples(grantsRevoke, [
    'pipewright grants revoke orders',
    'pipewright grants revoke orders --host shop.example.com',
  ]);

  const secrets = program
    .command('secrets')
    .summary('keys, and the hosts they may go to')
    .description(
      'Keeps secrets in an encrypted vault in your own profile, each bound to the hosts that it may go to. Values are read from standard input or typed unseen, and never shown.',
    );
  const secretsList = secrets
    .command('list')
    .summary('list names and hosts')
    .description('Lists the secrets that are kept or bound: names, where the value comes from, hosts. Never values.')
    .addOption(jsonOption())
    .action(run(async () => (await import('../commands/secrets.ts')).listSecrets));
  examples(secretsList, ['pipewright secrets list']);
  const secretsSet = secrets
    .command('set')
    .summary('keep a secret')
    .description('Keeps a secret, in place of one of the same name. It will go to the named hosts and nowhere else.')
    .argument('<name>', 'capital letters, digits and underscores, such as SHOP_TOKEN')
    .requiredOption('--host <host>', 'a host that it may go to, such as api.example.com (repeatable)', collect)
    .option('--passphrase', 'make a new vault one that opens with a passphrase instead of a key file')
    .addOption(jsonOption())
    .action(run(async () => (await import('../commands/secrets.ts')).setSecret));
  examples(secretsSet, [
    'pipewright secrets set SHOP_TOKEN --host shop.example.com',
    'pass show shop | pipewright secrets set SHOP_TOKEN --host shop.example.com',
  ]);
  const secretsBind = secrets
    .command('bind')
    .summary('say where a secret may go')
    .description(
      'Binds a secret to these hosts and no others, whether its value is kept here or comes from the environment.',
    )
    .argument('<name>', 'name of the secret')
    .requiredOption('--host <host>', 'a host that it may go to (repeatable)', collect)
    .addOption(jsonOption())
    .action(run(async () => (await import('../commands/secrets.ts')).bindSecret));
  examples(secretsBind, ['pipewright secrets bind GATEWAY_KEY --host llm.example.com']);
  const secretsRemove = secrets
    .command('remove')
    .summary('forget a secret')
    .description('Removes a secret with its binding.')
    .argument('<name>', 'name of the secret')
    .addOption(jsonOption())
    .action(run(async () => (await import('../commands/secrets.ts')).removeSecret));
  examples(secretsRemove, ['pipewright secrets remove SHOP_TOKEN']);

  const profiles = program
    .command('profiles')
    .summary('list the model profiles and how they stand')
    .description(
      'Lists the profiles of pipewright.json: whether their key is set, their circuit breaker, what went wrong last, the limits that are kept to, and who answers instead. Asks no provider anything.',
    )
    .addOption(jsonOption())
    .addOption(workspaceOption())
    .action(run(async () => (await import('../commands/profiles.ts')).profiles));
  examples(profiles, ['pipewright profiles', 'pipewright profiles --json']);
}
