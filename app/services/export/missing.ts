import { AppError } from '../../core/errors/app-error.ts';
import type { Exported } from '../../core/export/exported-workflow.ts';
import type { Json, JsonObject } from '../../core/graph/json.ts';
import { abilities, grantCommand, type Reach, reachText, secretCommand } from '../../core/policy/reach.ts';
import type { Profile, WorkspaceConfig } from '../../core/workspace/workspace-config.ts';

/** The place where an exported workflow is to run. */
export interface ExportPlace {
  exported: Exported;
  /** How the user calls the file. */
  file: string;
  /** What holds there: that of the workspace, the user's own profiles, and what of the file needs nobody's word. */
  config: WorkspaceConfig;
  hasSecret: (name: string) => boolean;
  collections: () => Promise<{ name: string; chunks: number; fingerprint: string }[]>;
  /** What it reaches, and whether its user has granted that. */
  grants: () => { reach: Reach; granted: boolean }[];
  /** Files that fit a pattern. */
  find: (pattern: string) => Promise<string[]>;
}

/** One thing that has to be supplied before it runs. */
export interface Missing {
  kind: 'profile' | 'secret' | 'grant' | 'collection' | 'table' | 'documents';
  name: string;
  message: string;
  remedy: string;
  /** What to run then. */
  command?: string;
  /** What the file says of a profile: to look at, and to copy if that is wanted. */
  profile?: JsonObject;
}

/** What an exported workflow still lacks, in the order in which it is best supplied. Nothing is run to know it. */
export async function missingFor(place: ExportPlace): Promise<Missing[]> {
  return [
    ...missingProfiles(place),
    ...missingSecrets(place),
    ...missingGrants(place),
    ...(await missingTables(place)),
    ...(await missingDocuments(place)),
    ...(await missingCollections(place)),
  ];
}

function missingProfiles({ exported, config }: ExportPlace): Missing[] {
  return Object.entries(exported.config.profiles).flatMap(([name, wanted]) => {
    const own = Object.hasOwn(config.profiles, name) ? config.profiles[name] : undefined;
    if (own?.use === wanted.use) return [];
    return [
      {
        kind: 'profile' as const,
        name,
        message: own
          ? `Your profile “${name}” is for ${own.use}; the workflow needs one for ${wanted.use}.`
          : `It asks ${described(wanted)}. Whom a workflow of somebody else may ask, and with which key, is for you to say.`,
        remedy: 'Write a profile of this name into a file as in pipewright.json, and name the file: --profiles FILE',
        profile: withoutDefaults(wanted),
      },
    ];
  });
}

function described({ use, provider, model, baseUrl, secret }: Profile): string {
  const where = baseUrl === undefined ? `at ${provider}` : `at ${new URL(baseUrl).origin} (${provider})`;
  return `${model} ${where}, ${use}${secret === undefined ? '' : `, with the key in ${secret}`}`;
}

/** Empty members say nothing. */
function withoutDefaults(profile: Profile): JsonObject {
  return Object.fromEntries(
    Object.entries(profile as unknown as JsonObject).filter(([, value]) => JSON.stringify(value) !== '{}'),
  );
}

/** Keys of profiles, and those that nodes send along. */
function missingSecrets({ exported, config, hasSecret, grants }: ExportPlace): Missing[] {
  const reaches = grants().map(({ reach }) => reach);
  const sent = reaches.flatMap(({ ability, target }) => (ability === 'secret' ? [target] : []));
  const used = Object.keys(exported.config.profiles).flatMap((name) => {
    const secret = Object.hasOwn(config.profiles, name) ? config.profiles[name]?.secret : undefined;
    return secret === undefined ? [] : [secret];
  });
  return [...new Set([...used, ...sent])]
    .filter((name) => !hasSecret(name))
    .map((name) => ({
      kind: 'secret' as const,
      name,
      message: `The key ${name} is not set.`,
      ...(sent.includes(name)
        ? {
            remedy: `Keep it for where it is to go; or set the variable ${name}, and name that in PIPEWRIGHT_SECRET_HOSTS.`,
            command: secretCommand(name, reaches),
          }
        : {
            remedy: `Set the variable ${name}, or a line ${name}=… in the file that PIPEWRIGHT_SECRETS_FILE names.`,
          }),
    }));
}

function missingGrants({ file, grants }: ExportPlace): Missing[] {
  return grants()
    .filter(({ granted }) => !granted)
    .map(({ reach }) => ({
      kind: 'grant' as const,
      name: reachText(reach),
      message: `It wants to ${abilities[reach.ability].text} ${reach.target}.`,
      remedy: `If you want that, grant it; for one run alone: --grant ${reachText(reach)}`,
      command: grantCommand(file, [reach]),
    }));
}

async function missingTables({ exported, config, find }: ExportPlace): Promise<Missing[]> {
  const missing: Missing[] = [];
  for (const name of Object.keys(exported.config.tables)) {
    const file = config.tables[name]?.file ?? '';
    if ((await find(file)).length === 0)
      missing.push({
        kind: 'table',
        name,
        message: `The table “${name}” is not there.`,
        remedy: `Put it here: ${file}`,
      });
  }
  return missing;
}

async function missingDocuments({ exported, find }: ExportPlace): Promise<Missing[]> {
  const missing: Missing[] = [];
  for (const pattern of exported.requires.documents) {
    const path = `documents/${pattern}`;
    if ((await find(path)).length === 0)
      missing.push({
        kind: 'documents',
        name: path,
        message: 'No file is there.',
        remedy: `Put documents here: ${path}`,
      });
  }
  return missing;
}

async function missingCollections({ exported, file, config, find, collections }: ExportPlace): Promise<Missing[]> {
  const names = Object.keys(exported.config.collections);
  const there = names.length === 0 ? [] : await collections();
  const missing: Missing[] = [];
  for (const name of names) {
    const found = there.find((one) => one.name === name && one.chunks > 0);
    const wanted = exported.fingerprints[name];
    const settings = config.collections[name];
    const command = `pipewright ingest ${name} -w ${file}`;
    if (!found) {
      const patterns = settings?.documents ?? [];
      const files = (await Promise.all(patterns.map(find))).flat().length;
      missing.push({
        kind: 'collection',
        name,
        message: `The collection “${name}” is empty${files > 0 ? `, and ${files === 1 ? 'a document lies' : `${files} documents lie`} ready` : ''}.`,
        remedy: files > 0 ? 'Read them in:' : `Put its documents here: ${patterns.join(', ')}. Then:`,
        command,
      });
    } else if (
      wanted !== undefined &&
      found.fingerprint !== wanted &&
      settings?.embedder === exported.config.collections[name]?.embedder
    ) {
      missing.push({
        kind: 'collection',
        name,
        message: `The collection “${name}” was made with ${found.fingerprint}, where the workflow comes from with ${wanted}.`,
        remedy: 'Use the same embedder, and make it anew:',
        command: `${command} --rebuild`,
      });
    }
  }
  return missing;
}

/** @throws AppError export.requires, with all that is missing in `data.missing` */
export function assertNothingMissing(missing: readonly Missing[], file: string): void {
  const [first] = missing;
  if (!first) return;
  const more = missing.length - 1;
  throw new AppError('export.requires', {
    message: `${first.message}${more > 0 ? ` (and ${more} more)` : ''}`,
    where: `${file}, ${first.kind} ${first.name}`,
    remedy: [first.remedy, first.command].filter(Boolean).join(' '),
    data: { missing: missing as unknown as Json },
  });
}
