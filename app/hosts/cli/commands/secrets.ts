import { AppError } from '../../../core/errors/app-error.ts';
import { hostTarget, secretName } from '../../../core/policy/reach.ts';
import { checkNewPassphrase, checkSecretValue } from '../../../services/secrets/secret-service.ts';
import { profileFolder } from '../../user-folders.ts';
import { userVault } from '../../vault.ts';
import { type CommandContext, type CommandResult, printJson } from '../command-context.ts';
import { readSecretText } from '../read-secret-text.ts';
import { tableLines } from '../table.ts';

interface SecretOptions {
  json?: boolean;
}
interface HostOptions extends SecretOptions {
  host: string[];
}

const vaultOf = ({ env }: CommandContext, passphrase?: string) => userVault(profileFolder(env), env, { passphrase });

export async function listSecrets(context: CommandContext, options: SecretOptions): Promise<void> {
  const { terminal, env } = context;
  const list = vaultOf(context)
    .entries()
    .map(({ name, hosts, kept }) => ({
      name,
      value: env[name] !== undefined ? 'environment' : kept ? 'vault' : 'none',
      hosts,
    }));
  if (options.json) printJson(context, list);
  else if (list.length === 0) terminal.err('No secrets.');
  else {
    const columns = [{ title: 'NAME' }, { title: 'VALUE' }, { title: 'HOSTS', wraps: true }];
    const rows = list.map(({ name, value, hosts }) => [name, value, hosts.join(' ')]);
    for (const line of tableLines(columns, rows, terminal.width)) terminal.out(line);
  }
}

export async function setSecret(
  context: CommandContext,
  given: string,
  options: HostOptions & { passphrase?: boolean },
): Promise<void> {
  const name = secretName(given);
  const hosts = options.host.map(hostTarget);
  const locked = vaultOf(context).lock();
  if (options.passphrase && locked === 'key file') {
    throw new AppError('cli.usage', {
      message: 'The vault is there already and opens with a key file.',
      where: '--passphrase',
      remedy: 'Leave --passphrase out; or remove all secrets and the file vault.json of your profile first.',
    });
  }
  const wantsPassphrase = options.passphrase || locked === 'passphrase';
  const fromEnvironment = context.env['PIPEWRIGHT_VAULT_PASSPHRASE'];
  if (wantsPassphrase && !fromEnvironment && !process.stdin.isTTY) {
    throw new AppError('secrets.locked', {
      message: 'The vault opens with a passphrase, and nobody can be asked for it.',
      where: 'pipewright secrets set',
      remedy: 'Put it into PIPEWRIGHT_VAULT_PASSPHRASE; standard input is for the value.',
    });
  }
  const passphrase =
    wantsPassphrase && !fromEnvironment ? await readSecretText('Passphrase of the vault: ') : fromEnvironment;
  if (wantsPassphrase && locked === undefined && !fromEnvironment) {
    if ((await readSecretText('The same again: ')) !== passphrase) {
      throw new AppError('secret.invalid', {
        message: 'The two are not the same.',
        where: '--passphrase',
        remedy: 'Begin anew: nothing was kept.',
      });
    }
  }
  if (wantsPassphrase && locked === undefined) checkNewPassphrase(passphrase ?? '');
  const value = await readSecretText(`Value of ${name}: `);
  checkSecretValue(name, value);
  vaultOf(context, passphrase).set(name, value, hosts);
  done(context, options, name, hosts, 'kept');
}

export async function bindSecret(context: CommandContext, given: string, options: HostOptions): Promise<void> {
  const name = secretName(given);
  const hosts = options.host.map(hostTarget);
  vaultOf(context).bind(name, hosts);
  done(context, options, name, hosts, 'bound');
}

function done(
  context: CommandContext,
  options: SecretOptions,
  name: string,
  hosts: readonly string[],
  what: string,
): void {
  if (options.json) printJson(context, { name, hosts });
  else context.terminal.out(`${name} is ${what}; it goes to ${hosts.join(', ')} and nowhere else.`);
}

export async function removeSecret(
  context: CommandContext,
  given: string,
  options: SecretOptions,
): Promise<CommandResult> {
  const name = secretName(given);
  const removed = vaultOf(context).remove(name);
  if (options.json) printJson(context, { removed });
  else if (removed) context.terminal.out(`${name} is removed.`);
  else context.terminal.err(`There is no secret ${name}.`);
  return removed ? 'ok' : 'notFound';
}
