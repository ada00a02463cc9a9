import { isAppError, toAppError } from '../../core/errors/app-error.ts';
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
  /** Undefined while there is no database yet. */
  store: StoreDoctor | undefined;
  /** Names of the collections that are there, and the fingerprint that each was made with. */
  collections: () => Promise<{ name: string; embedder: string; chunks: number }[]>;
}

/** Looks at everything that a run would need and changes nothing. */
export async function examineWorkspace(ports: ExaminePorts): Promise<Finding[]> {
  return [
    ...checkSecrets(ports),
    ...(await checkWorkflows(ports)),
    ...(await checkCollections(ports)),
    ...(await checkStore(ports)),
  ];
}

function checkSecrets({ config, hasSecret }: ExaminePorts): Finding[] {
  const findings: Finding[] = [];
  for (const [name, { secret }] of Object.entries(config.profiles)) {
    if (secret === undefined || hasSecret(secret)) continue;
    findings.push({
      check: 'secrets',
      severity: 'warning',
      message: `${secret}, which the profile “${name}” names, is not set.`,
      where: `profiles.${name}.secret in pipewright.json`,
      remedy: `Set ${secret} in the environment or in the secrets file (PIPEWRIGHT_SECRETS_FILE).`,
    });
  }
  if (findings.length > 0) return findings;
  return [{ check: 'secrets', severity: 'ok', message: 'Every secret that a profile names is set.' }];
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

async function checkStore({ store }: ExaminePorts): Promise<Finding[]> {
  if (!store)
    return [{ check: 'database', severity: 'ok', message: 'There is no database yet: nothing has been run.' }];
  const found = await store.check();
  if (found.length === 0)
    return [{ check: 'database', severity: 'ok', message: 'The database, its log and its values are sound.' }];
  return found.map((finding) => ({ severity: finding.check === 'files' ? 'warning' : 'error', ...finding }));
}
