import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { registry } from '../../nodes/registry.ts';
import { findFiles } from '../adapters/files/find-files.ts';
import type { CollectionStore } from '../core/capabilities/knowledge.ts';
import { isAppError } from '../core/errors/app-error.ts';
import { linkedExport } from '../core/export/read-exported.ts';
import type { WorkspaceConfig } from '../core/workspace/workspace-config.ts';
import type { ExportReport } from '../services/export/export-workflow.ts';
import type { Missing } from '../services/export/missing.ts';
import type { GrantService } from '../services/grants/grant-service.ts';
import type { WorkflowFiles } from '../services/workflow/workflow-files.ts';
import type { WorkflowService } from '../services/workflow/workflow-service.ts';
import type { ExportedFile } from './exported.ts';
import type { Lazy } from './lazily.ts';
import type { Redaction } from './redaction.ts';
import { packageVersion } from './version.ts';

export interface Exporting {
  /** The exported workflow that the host was opened with. */
  opened: ExportedFile | undefined;
  /** What that one still lacks; nothing for a workspace. */
  missing(): Promise<Missing[]>;
  /** A workflow as the text of one file. @throws AppError export.*, workflow.* */
  write(workflow: string): Promise<ExportReport>;
}

export interface ExportingParts {
  folder: string;
  stateFolder: string;
  config: WorkspaceConfig;
  exported: ExportedFile | undefined;
  files: WorkflowFiles;
  workflows: WorkflowService;
  redaction: Redaction;
  collections: Lazy<CollectionStore>;
  hasSecret: (name: string) => boolean;
  grants: GrantService;
}

/** Wires exporting; its code is loaded at the first use. */
export function createExporting(parts: ExportingParts): Exporting {
  const { folder, stateFolder, config, exported, files, workflows, redaction, hasSecret, grants } = parts;

  async function collections() {
    if (!existsSync(join(stateFolder, 'collections'))) return [];
    const store = await parts.collections();
    const infos = await Promise.all((await store.list()).map((name) => store.describe(name)));
    return infos.map(({ name, chunks, embedderFingerprint: fingerprint }) => ({ name, chunks, fingerprint }));
  }

  return {
    opened: exported,
    async missing() {
      if (!exported) return [];
      const { missingFor } = await import('../services/export/missing.ts');
      return missingFor({
        ...{ ...exported, config, hasSecret, collections },
        grants: () => grants.needs(linkedExport(exported.exported, registry)),
        find: (pattern) => filesIn(folder, pattern),
      });
    },
    async write(workflow) {
      const { exportWorkflow } = await import('../services/export/export-workflow.ts');
      const withoutSecrets = await redaction.redactor('full');
      const fingerprints = async (names: readonly string[]) => {
        const there = names.length === 0 ? [] : await collections();
        const wanted = there.filter(({ name }) => names.includes(name));
        return Object.fromEntries(wanted.map(({ name, fingerprint }) => [name, fingerprint]));
      };
      const version = packageVersion();
      return exportWorkflow({ registry, files, workflows, config, fingerprints, withoutSecrets, version }, workflow);
    },
  };
}

/** Files under a folder that fit a pattern; none where the folder is not there. */
async function filesIn(folder: string, pattern: string): Promise<string[]> {
  return findFiles(folder, [pattern]).catch((thrown: unknown) => {
    if (isAppError(thrown) && thrown.code === 'document.missing') return [];
    throw thrown;
  });
}
