import type { PricedProfile } from '../../core/budget/prices.ts';
import { type AppError, isAppError, toAppError } from '../../core/errors/app-error.ts';
import { didYouMean } from '../../core/errors/suggest.ts';
import type { WorkspaceConfig } from '../../core/workspace/workspace-config.ts';
import type { WorkflowService } from '../workflow/workflow-service.ts';

export interface Finding {
  check: string;
  severity: 'ok' | 'warning' | 'error';
  message: string;
  where?: string;
  remedy?: string;
}

/** The part of the doctor that looks at the database; it belongs to the store. */
export interface StoreDoctor {
  check(): Promise<{ check: string; message: string; where: string; remedy: string }[]>;
  rebuildProjections(): Promise<{
    runs: number;
    damaged: { check: string; message: string; where: string; remedy: string }[];
  }>;
  sweepFiles(): Promise<string[]>;
}

export interface ExaminePorts {
  config: WorkspaceConfig;
  workflows: WorkflowService;
  hasSecret: (name: string) => boolean;
  /** Why the key of a profile does not go to the address that the profile names; undefined when it does. */
  secretRefusal: (secret: string, baseUrl: string) => AppError | undefined;
  /** Undefined while there is no database yet. */
  store: StoreDoctor | undefined;
  /** Names of the collections that are there, and the fingerprint that each was made with. */
  collections: () => Promise<{ name: string; embedder: string; chunks: number }[]>;
  /** What the models of the profiles cost. */
  prices: () => Promise<PricedProfile[]>;
  /** What SQLite says is wrong with the ledger; undefined while there is none. */
  ledger: (() => string[]) | undefined;
}

/** Looks at everything that a run would need and changes nothing. */
export async function examineWorkspace(ports: ExaminePorts): Promise<Finding[]> {
  return [
    ...checkSecrets(ports),
    ...checkFallbacks(ports),
    ...(await checkWorkflows(ports)),
    ...(await checkCollections(ports)),
    ...(await checkPrices(ports)),
    ...(await checkStore(ports)),
    ...checkLedger(ports),
  ];
}

function checkSecrets({ config, hasSecret, secretRefusal }: ExaminePorts): Finding[] {
  const findings: Finding[] = [];
  for (const [name, { secret, baseUrl }] of Object.entries(config.profiles)) {
    if (secret === undefined) continue;
    if (hasSecret(secret)) {
      const refusal = baseUrl === undefined ? undefined : secretRefusal(secret, baseUrl);
      if (refusal === undefined) continue;
      const { message, remedy } = refusal;
      const where = `profiles.${name}.baseUrl in pipewright.json`;
      findings.push({ check: 'secrets', severity: 'warning', message, where, ...(remedy !== undefined && { remedy }) });
      continue;
    }
    findings.push({
      check: 'secrets',
      severity: 'warning',
      message: `${secret}, which the profile “${name}” names, is not set.`,
      where: `profiles.${name}.secret in pipewright.json`,
      remedy: `Set ${secret}: pipewright secrets set, the environment, or a secrets file (PIPEWRIGHT_SECRETS_FILE).`,
    });
  }
  if (findings.length > 0) return findings;
  return [{ check: 'secrets', severity: 'ok', message: 'Every secret that a profile names is set and may go there.' }];
}

/** Fallbacks of profiles that no call could ever go to. */
function checkFallbacks({ config: { profiles } }: ExaminePorts): Finding[] {
  return Object.entries(profiles).flatMap(([name, { use, fallbacks = [] }]) =>
    fallbacks.flatMap((fallback, place) => {
      if (!('profile' in fallback)) return [];
      const known = Object.keys(profiles).filter((other) => profiles[other]?.use === use);
      const embeds = use === 'embedding';
      if (!embeds && known.includes(fallback.profile)) return [];
      return [
        {
          check: 'fallbacks',
          severity: 'error' as const,
          message: embeds
            ? `The profile “${name}” is an embedder: vectors of another one cannot stand in for its own.`
            : `The profile “${name}” falls back to “${fallback.profile}”, which is no profile of the same use.${didYouMean(fallback.profile, known)}`,
          where: `profiles.${name}.fallbacks[${place}] in pipewright.json`,
          remedy: embeds ? 'Take the fallback out.' : `Name one of: ${known.join(', ')}.`,
        },
      ];
    }),
  );
}

async function checkWorkflows({ workflows }: ExaminePorts): Promise<Finding[]> {
  const all = await workflows.list();
  const findings: Finding[] = [];
  for (const { file } of all) {
    const { issues } = await workflows.validate(file);
    for (const { severity, path, message, remedy } of issues)
      findings.push({
        check: 'workflows',
        severity,
        message,
        where: `${file} at ${path}`,
        ...(remedy !== undefined && { remedy }),
      });
  }
  if (findings.some(({ severity }) => severity === 'error')) return findings;
  return [
    ...findings,
    {
      check: 'workflows',
      severity: 'ok',
      message: `${all.length} workflow${all.length === 1 ? ' is' : 's are'} valid.`,
    },
  ];
}

async function checkCollections({ config, collections }: ExaminePorts): Promise<Finding[]> {
  const findings: Finding[] = [];
  let made: Awaited<ReturnType<ExaminePorts['collections']>>;
  try {
    made = await collections();
  } catch (thrown) {
    if (!isAppError(thrown)) throw toAppError(thrown);
    const { message, where, remedy } = thrown;
    return [{ check: 'collections', severity: 'error', message, ...(where && { where }), ...(remedy && { remedy }) }];
  }
  const byName = new Map(made.map((one) => [one.name, one]));
  for (const [name, { embedder }] of Object.entries(config.collections)) {
    const collection = byName.get(name);
    if (!collection) {
      findings.push({
        check: 'collections',
        severity: 'warning',
        message: `“${name}” has not been ingested yet.`,
        where: `collections.${name} in pipewright.json`,
        remedy: `Read its documents in: pipewright ingest ${name}`,
      });
    } else if (collection.embedder !== embedder) {
      findings.push({
        check: 'collections',
        severity: 'error',
        message: `“${name}” was made with the profile “${collection.embedder}”, and pipewright.json names “${embedder}”.`,
        where: `collections.${name}.embedder in pipewright.json`,
        remedy: `Name the old profile again, or make it anew: pipewright ingest ${name} --rebuild`,
      });
    } else {
      findings.push({
        check: 'collections',
        severity: 'ok',
        message: `“${name}” holds ${collection.chunks} ${collection.chunks === 1 ? 'chunk' : 'chunks'}.`,
      });
    }
  }
  return findings;
}

/** A budget refuses calls whose price nobody knows: better to hear of it before the run. */
async function checkPrices({ config, prices }: ExaminePorts): Promise<Finding[]> {
  const { unknownPrices, ...budgets } = config.budgets ?? {};
  let found: PricedProfile[];
  try {
    found = await prices();
  } catch (thrown) {
    if (!isAppError(thrown)) throw toAppError(thrown);
    const { message, where, remedy } = thrown;
    return [{ check: 'prices', severity: 'error', message, ...(where && { where }), ...(remedy && { remedy }) }];
  }
  const unknown = found.filter(({ price }) => price === null);
  if (unknown.length === 0)
    return [{ check: 'prices', severity: 'ok', message: 'The price of every profile is known.' }];
  const refused = Object.keys(budgets).length > 0 && unknownPrices !== 'allow';
  return unknown.map(({ profile, model }) => ({
    check: 'prices',
    severity: refused ? ('warning' as const) : ('ok' as const),
    message: `The price of ${model}, which the profile “${profile}” names, is not known: ${refused ? 'its calls are refused, since there are budgets' : 'what it costs is not counted'}.`,
    where: `profiles.${profile} in pipewright.json`,
    remedy: 'Give the profile `prices`: 0 for a model that costs nothing.',
  }));
}

function checkLedger({ ledger }: ExaminePorts): Finding[] {
  return (ledger?.() ?? []).map((message) => ({
    check: 'ledger',
    severity: 'error' as const,
    message: `SQLite reports: ${message}`,
    where: '.pipewright/ledger.db',
    remedy: 'Restore it from a backup. Without the file a new one begins at nothing spent.',
  }));
}

async function checkStore({ store }: ExaminePorts): Promise<Finding[]> {
  if (!store)
    return [{ check: 'database', severity: 'ok', message: 'There is no database yet: nothing has been run.' }];
  const found = await store.check();
  if (found.length === 0)
    return [{ check: 'database', severity: 'ok', message: 'The database, its log and its values are sound.' }];
  return found.map((finding) => ({ severity: finding.check === 'files' ? 'warning' : 'error', ...finding }));
}
