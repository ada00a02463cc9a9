import { AppError } from '../errors/app-error.ts';

/** What a workflow may do to the world only when its user has said so. Names are kept in grants: never changed. */
export const abilities = {
  /** Connect to a host on the internet. */
  network: { option: '--host', text: 'connect to' },
  /** The same for a host on this machine or in a private network. */
  'local-network': { option: '--local-host', text: 'connect inside the local network to' },
  /** Write files in a folder of the workspace. */
  write: { option: '--folder', text: 'write files in the folder' },
  /** Have a secret put into a request, for the hosts that it is bound to. */
  secret: { option: '--secret', text: 'use the secret' },
} as const;
export type Ability = keyof typeof abilities;

/** One thing that a workflow reaches, or that a user lets it reach. */
export interface Reach {
  ability: Ability;
  /** A host (`api.example.com`, `*.example.com`, `http://10.0.0.5:8080`), a folder (`reports`), a name of a secret. */
  target: string;
}

/** Whether a grant of `granted` allows `wanted`. */
export function covers(granted: Reach, wanted: Reach): boolean {
  const sameKind =
    granted.ability === wanted.ability || (granted.ability === 'local-network' && wanted.ability === 'network');
  if (!sameKind) return false;
  if (granted.target === wanted.target) return true;
  if (granted.ability === 'write') return wanted.target.startsWith(`${granted.target}/`);
  return granted.ability !== 'secret' && hostCovers(granted.target, wanted.target);
}

/** Whether the host `pattern` (perhaps `*.example.com`) means `host`; both as `hostTarget` gives them. */
export function hostCovers(pattern: string, host: string): boolean {
  if (pattern === host) return true;
  return pattern.startsWith('*.') && host.endsWith(pattern.slice(1)) && !host.includes('//');
}

/** `network:api.example.com`, as in `--grant` and PIPEWRIGHT_GRANTS. */
export function reachText({ ability, target }: Reach): string {
  return `${ability}:${target}`;
}

/** @throws AppError grant.invalid */
export function parseReach(text: string): Reach {
  const at = text.indexOf(':');
  const ability = text.slice(0, at);
  if (!Object.hasOwn(abilities, ability)) {
    throw invalid(text, `A grant begins with one of: ${Object.keys(abilities).join(', ')}.`, 'network:api.example.com');
  }
  return makeReach(ability as Ability, text.slice(at + 1));
}

/** @throws AppError grant.invalid */
export function makeReach(ability: Ability, target: string): Reach {
  if (ability === 'write') return { ability, target: folderTarget(target) };
  if (ability === 'secret') return { ability, target: secretName(target) };
  const host = hostTarget(target);
  if (ability === 'network' || !host.startsWith('*.')) return { ability, target: host };
  throw invalid(target, 'In the local network each host is granted by its own name.', 'http://10.0.0.5:8080');
}

/**
 * A host in its one form: `api.example.com` for https at its usual port, else with the port or with `http://`.
 * @param text a host, with or without a port, `*.` or a scheme; or an origin
 * @throws AppError grant.invalid
 */
export function hostTarget(text: string): string {
  const [, scheme = 'https', wild = '', host = ''] = /^(?:(https?):\/\/)?(\*\.)?([^/?#\\@\s]+)\/?$/i.exec(text) ?? [];
  const address = `${scheme.toLowerCase()}://${host}`;
  if (host === '' || host.includes('*') || !URL.canParse(address) || (wild !== '' && scheme !== 'https'))
    throw invalid(text, 'This is no host.', 'api.example.com, *.example.com, http://10.0.0.5:8080');
  const { origin } = new URL(address);
  const bare = origin.replace(/^https:\/\//, '').replace(/\.(?=:\d+$|$)/, '');
  return `${wild}${bare}`;
}

const systemFolders = new Set(['workflows', 'prompts', 'tests', 'node_modules']);
// Hidden, empty, or with signs that some system forbids or reads as something else.
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is to be found
const badPart = /^$|^\.|[. ]$|[\u0000-\u001f\u007f\\:*?"<>|]/;

const deviceName = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/** A path that leads downwards on every system, through nothing hidden: no `..`, no drive, no device. */
export function isPlainPath(path: string): boolean {
  return path.split('/').every((part) => part.length <= 200 && !badPart.test(part) && !deviceName.test(part));
}

/**
 * A folder of the workspace in its one form: `reports/daily`. Hidden folders and those that say what runs are none.
 * @throws AppError grant.invalid
 */
export function folderTarget(text: string): string {
  const parts = text.replace(/\/$/, '').split('/');
  const [first = ''] = parts;
  if (!isPlainPath(parts.join('/')) || systemFolders.has(first.toLowerCase())) {
    throw invalid(
      text,
      'This is no folder that a workflow may write to: it lies in the workspace, is not hidden, and is none of workflows, prompts and tests.',
      'reports, out/daily',
    );
  }
  return parts.join('/');
}

/** @throws AppError grant.invalid */
export function secretName(text: string): string {
  if (/^[A-Z][A-Z0-9_]{0,63}$/.test(text)) return text;
  throw invalid(text, 'Names of secrets are of capital letters, digits and underscores.', 'CRM_TOKEN');
}

/** The command that grants these to a workflow. */
export function grantCommand(workflow: string, reaches: readonly Reach[]): string {
  const options = reaches.map(({ ability, target }) => `${abilities[ability].option} ${quoted(target)}`);
  return ['pipewright grants add', quoted(workflow), ...options].join(' ');
}

function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** @throws AppError grant.missing, always */
export function refuseUngranted(workflow: string, missing: readonly Reach[], where?: string): never {
  const wishes = missing.map(({ ability, target }) => `${abilities[ability].text} ${target}`);
  const command = grantCommand(workflow, missing);
  throw new AppError('grant.missing', {
    message: `The workflow wants to ${wishes.join(', to ')}, and nobody has allowed it.`,
    where,
    remedy: `If you want that: ${command}`,
    data: { missing: missing.map(reachText), command },
  });
}

/** What a user runs to set a secret that is to go to the servers among these. */
export function secretCommand(name: string, reaches: readonly Reach[]): string {
  const hosts = reaches.flatMap(({ ability, target }) =>
    ability.endsWith('network') ? ['--host', quoted(target)] : [],
  );
  return ['pipewright secrets set', name, ...hosts].join(' ');
}

/** @param reaches what is reached with it */
export function secretMissing(name: string, reaches: readonly Reach[], where: string | undefined): AppError {
  const command = secretCommand(name, reaches);
  const remedy = `Put it into the environment, or: ${command}`;
  return new AppError('secret.missing', {
    message: `The secret ${name} is not set.`,
    where,
    remedy,
    data: { secret: name, command },
  });
}

const local =
  /^(localhost|.*\.localhost|127\.[\d.]+|10\.[\d.]+|192\.168\.[\d.]+|172\.(1[6-9]|2\d|3[01])\.[\d.]+|\[::1\]|\[f[cd][0-9a-f:]*\])$/;

/** What a request to this origin needs, as far as its name shows; a name that leads inside shows it at the call. */
export function reachOfOrigin(origin: string): Reach {
  const { hostname } = new URL(origin);
  return { ability: local.test(hostname) ? 'local-network' : 'network', target: hostTarget(origin) };
}

function invalid(text: string, message: string, example: string): AppError {
  return new AppError('grant.invalid', { message, where: text.slice(0, 200), remedy: `For example: ${example}.` });
}
