import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { isWithin } from '../adapters/files/resolve-inside.ts';
import type { Vault } from '../adapters/secrets/vault.ts';
import { AppError, isAppError } from '../core/errors/app-error.ts';
import { hostCovers, hostTarget, secretName } from '../core/policy/reach.ts';
import type { SecretSource } from '../core/policy/secret-sources.ts';
import type { Environment } from './user-folders.ts';

/** Who wants a secret, and where it is to be sent. */
export interface SecretUse {
  /** The only origin that it will be sent to. */
  origin: string;
  /**
   * provider: a profile that goes to its provider's own address. profile: one with an address of its own, which whoever
   * wrote pipewright.json chose. workflow: a node, which whoever wrote the workflow file chose.
   */
  by: 'provider' | 'profile' | 'workflow';
}

/** The secrets of a user, each bound to hosts: a value is only had for one of them. */
export interface Secrets {
  /** Undefined when it is not set. @throws AppError secret.unbound, secret.host, secrets.locked, secrets.vault */
  valueFor(name: string, use: SecretUse): string | undefined;
  has(name: string): boolean;
  /** Names that are known here: given, bound, in the secrets file, in the vault. */
  names(): string[];
  /** Where a value comes from; undefined when it is not set. */
  sourceOf(name: string): SecretSource | undefined;
  /** What a name is bound to, as `hostTarget` writes it. */
  hostsOf(name: string): readonly string[];
  /** Why a secret that is set does not go to the address of a profile; undefined when it does, or when it cannot be told. */
  refusal(name: string, address: string): AppError | undefined;
  /** Every value that could be had here, for the redactor. */
  values(): string[];
  /** Changes whenever there may be other values. */
  stamp(): string;
}

export interface SecretsOptions {
  env: Environment;
  /** Undefined outside a workspace. */
  workspace: string | undefined;
  vault: Vault;
  /** Names that may be looked up in the environment, beside those that are bound: what the profiles name. */
  names: () => readonly string[];
}

/** Names that everybody uses for the key of one provider: unless told otherwise, they go there and nowhere else. */
const wellKnown: { readonly [name: string]: string } = {
  OPENAI_API_KEY: 'api.openai.com',
  ANTHROPIC_API_KEY: 'api.anthropic.com',
  GOOGLE_API_KEY: 'generativelanguage.googleapis.com',
  GEMINI_API_KEY: 'generativelanguage.googleapis.com',
  COHERE_API_KEY: 'api.cohere.com',
  JINA_API_KEY: 'api.jina.ai',
  VOYAGE_API_KEY: 'api.voyageai.com',
  MISTRAL_API_KEY: 'api.mistral.ai',
  GROQ_API_KEY: 'api.groq.com',
  OPENROUTER_API_KEY: 'openrouter.ai',
  DEEPSEEK_API_KEY: 'api.deepseek.com',
  TOGETHER_API_KEY: 'api.together.xyz',
};
const thisMachine = /^https?:\/\/(localhost|127(\.\d+){3}|\[::1\])(:\d+)?$/;

/**
 * Values come from the environment, else from the file that `PIPEWRIGHT_SECRETS_FILE` names (lines of `NAME=value`; it
 * must lie outside the workspace and belong to its user alone), else from the vault. Hosts come from the vault, and from
 * `PIPEWRIGHT_SECRET_HOSTS` (`NAME=host[,host] …`) where nobody can be asked.
 * @throws AppError secrets.file, secret.invalid, grant.invalid
 */
export function openSecrets({ env, workspace, vault, names }: SecretsOptions): Secrets {
  const named = env['PIPEWRIGHT_SECRETS_FILE'];
  const file = named ? readSecretsFile(resolve(named), workspace) : {};
  const fromEnvironment = readHosts(env['PIPEWRIGHT_SECRET_HOSTS'] ?? '');

  const hostsOf = (name: string): readonly string[] => [
    ...(fromEnvironment.get(name) ?? []),
    ...(vault.entries().find((entry) => entry.name === name)?.hosts ?? []),
  ];
  const lookUp = (name: string): string | undefined =>
    (env[name] ?? (Object.hasOwn(file, name) ? file[name] : undefined) ?? vault.value(name))?.trim() || undefined;

  const allNames = (): Set<string> =>
    new Set([...names(), ...fromEnvironment.keys(), ...Object.keys(file), ...vault.entries().map(({ name }) => name)]);

  const secrets: Secrets = {
    names: () => [...allNames()].sort(),
    hostsOf: (name) => [...new Set(hostsOf(name))],
    sourceOf(name) {
      if (env[name]?.trim()) return 'environment';
      if (Object.hasOwn(file, name) && file[name]?.trim()) return 'file';
      return vault.entries().some((entry) => entry.name === name && entry.kept) ? 'vault' : undefined;
    },
    stamp: () => vault.stamp(),
    valueFor(name, use) {
      const value = lookUp(name);
      if (value === undefined) return undefined;
      const target = targetOf(use.origin);
      const bound = hostsOf(name);
      if (bound.length > 0) {
        if (bound.some((host) => hostCovers(host, target))) return value;
        throw new AppError('secret.host', {
          message: `${name} is bound to ${bound.join(', ')} and does not go to ${target}.`,
          where: target,
          remedy: `If it belongs there as well: ${bindCommand(name, [...bound, target])}`,
          data: { secret: name, host: target, command: bindCommand(name, [...bound, target]) },
        });
      }
      if (use.by !== 'workflow' && mayGoUnbound(name, target, use)) return value;
      throw new AppError('secret.unbound', {
        message: `${name} is bound to no host, so it does not go to ${target}.`,
        where: target,
        remedy: `If it belongs there, bind it, for example in the environment by PIPEWRIGHT_SECRET_HOSTS="${name}=${target}", or: ${bindCommand(name, [target])}`,
        data: { secret: name, host: target, command: bindCommand(name, [target]) },
      });
    },
    has: (name) => {
      try {
        return lookUp(name) !== undefined;
      } catch (thrown) {
        if (isAppError(thrown) && thrown.code === 'secrets.locked') return true;
        throw thrown;
      }
    },
    refusal(name, address) {
      try {
        secrets.valueFor(name, { origin: new URL(address).origin, by: 'profile' });
        return undefined;
      } catch (thrown) {
        if (isAppError(thrown)) return thrown.code === 'secrets.locked' ? undefined : thrown;
        throw thrown;
      }
    },
    values() {
      return [...allNames()].flatMap((name) => {
        try {
          return lookUp(name) ?? [];
        } catch (thrown) {
          // What cannot be opened here cannot leak from here.
          if (isAppError(thrown) && thrown.code === 'secrets.locked') return [];
          throw thrown;
        }
      });
    },
  };
  return secrets;
}

/** A value from the environment that nobody has bound: to its provider, or to this machine. */
function mayGoUnbound(name: string, target: string, { origin, by }: SecretUse): boolean {
  const own = Object.hasOwn(wellKnown, name) ? wellKnown[name] : undefined;
  if (thisMachine.test(origin)) return true;
  return own === undefined ? by === 'provider' : own === target;
}

const MAX_TARGETS = 100;
const targets = new Map<string, string>();

/** The host of an origin in its one form; calls ask for the same few again and again. */
function targetOf(origin: string): string {
  let target = targets.get(origin);
  if (target === undefined) {
    target = hostTarget(origin);
    if (targets.size >= MAX_TARGETS) targets.clear();
    targets.set(origin, target);
  }
  return target;
}

function bindCommand(name: string, hosts: readonly string[]): string {
  return `pipewright secrets bind ${name} ${hosts.map((host) => `--host ${host}`).join(' ')}`;
}

function readHosts(text: string): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const part of text.split(/\s+/).filter(Boolean)) {
    const [name = '', hosts = ''] = part.split('=', 2);
    found.set(secretName(name), hosts.split(',').map(hostTarget));
  }
  return found;
}

function readSecretsFile(path: string, workspace: string | undefined): NodeJS.Dict<string> {
  const refuse = (message: string, remedy: string) => new AppError('secrets.file', { message, where: path, remedy });
  if (workspace !== undefined && isWithin(resolve(workspace), path))
    throw refuse(
      'The secrets file lies in the workspace.',
      'Move it out: a workspace is made to be shared and committed.',
    );
  const facts = statSync(path, { throwIfNoEntry: false });
  if (!facts?.isFile())
    throw refuse('There is no such secrets file.', 'Correct PIPEWRIGHT_SECRETS_FILE, or remove the variable.');
  if (process.platform !== 'win32' && (facts.mode & 0o077) !== 0)
    throw refuse('Others can read the secrets file.', `Keep it for yourself: chmod 600 ${path}`);
  if (facts.size > 1_048_576)
    throw refuse('The secrets file is larger than 1 MB.', 'Lines of NAME=value are expected.');
  return parseEnv(readFileSync(path, 'utf8'));
}
