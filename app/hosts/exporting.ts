import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { registry } from '../../nodes/registry.ts';
import { findFiles } from '../adapters/files/find-files.ts';
import type { CollectionStore } from '../core/capabilities/knowledge.ts';
import type { ImportPreview } from '../core/contracts/exporting.ts';
import { isAppError } from '../core/errors/app-error.ts';
import type { Workflow } from '../core/graph/workflow.ts';
import type { WorkspaceConfig } from '../core/workspace/workspace-config.ts';
import type { ExportReport } from '../services/export/export-workflow.ts';
import type { ImportReport } from '../services/export/import-workflow.ts';
import type { Missing } from '../services/export/missing.ts';
import type { TextFolder } from '../services/files/text-folder.ts';
import type { GrantService } from '../services/grants/grant-service.ts';
import type { WorkflowFiles } from '../services/workflow/workflow-files.ts';
import type { WorkflowService } from '../services/workflow/workflow-service.ts';
import { currentConfig } from './change-config.ts';
import type { Editing } from './editing.ts';
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
  /** What importing the text of an exported workflow would do. Keeps and runs nothing. @throws AppError export.*, workflow.* */
  preview(text: string, options: { withProfiles: boolean; as?: string }): Promise<ImportPreview>;
  /**
   * Puts it into the workspace. What pipewright.json gets by it is in force at once.
   * @throws AppError export.*, workflow.*, workspace.*, file.conflict, storage.*
   */
  take(text: string, options: { withProfiles: boolean; rename: boolean; as?: string }): Promise<ImportReport>;
}

export interface ExportingParts {
  folder: string;
  stateFolder: string;
  config: WorkspaceConfig;
  exported: ExportedFile | undefined;
  files: WorkflowFiles;
  editing: Pick<Editing, 'workspace' | 'saved'>;
  workflows: WorkflowService;
  redaction: Redaction;
  collections: Lazy<CollectionStore>;
  hasSecret: (name: string) => boolean;
  grants: GrantService;
}

/** Wires exporting; its code is loaded at the first use. */
export function createExporting(parts: ExportingParts): Exporting {
  const { folder, stateFolder, config, exported, files, workflows, redaction, hasSecret, grants, editing } = parts;

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
      const [{ missingFor }, { linkedExport }] = await Promise.all([
        import('../services/export/missing.ts'),
        import('../core/export/read-exported.ts'),
      ]);
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
    async preview(text, options) {
      const { readExported, importWorkflow } = await importing();
      // What cannot be imported into a damaged workspace is told before anybody asks for it.
      await currentConfig(editing.saved);
      const given = readExported(text, registry);
      const ports = { registry, workspace: editing.workspace };
      const inTheWay: string[] = [];
      const report = await importWorkflow(ports, given, { ...options, dryRun: true }).catch((thrown: unknown) => {
        if (!isAppError(thrown) || thrown.code !== 'export.exists') throw thrown;
        inTheWay.push(...((thrown.data?.['exists'] ?? []) as string[]));
        return importWorkflow(ports, given, { ...options, rename: true, dryRun: true });
      });
      const { pipewright, hash, requires, main } = given;
      return { workflow: given.workflows[main] as Workflow, pipewright, hash, requires, inTheWay, report };
    },
    async take(text, options) {
      const { readExported, importWorkflow } = await importing();
      await currentConfig(editing.saved);
      const ports = { registry, workspace: overNothingUnseen(editing) };
      const report = await importWorkflow(ports, readExported(text, registry), options);
      const { config: now } = await currentConfig(editing.saved);
      for (const part of ['profiles', 'collections', 'tables'] as const) {
        const inForce: { [name: string]: unknown } = config[part];
        for (const name of report.added[part]) if (!Object.hasOwn(inForce, name)) inForce[name] = now[part][name];
      }
      return report;
    },
  };
}

const importing = async () => ({
  ...(await import('../core/export/read-exported.ts')),
  ...(await import('../services/export/import-workflow.ts')),
});

/** The files of the workspace, written only over what was read of them before: what another wrote meanwhile stays. */
function overNothingUnseen({ workspace, saved }: Pick<Editing, 'workspace' | 'saved'>): TextFolder {
  const seen = new Map<string, string>();
  return {
    ...workspace,
    async read(path) {
      const found = await workspace.read(path);
      seen.set(path, found.hash);
      return found;
    },
    write: (path, text) => saved.save(path, text, seen.get(path) ?? null),
  };
}

/** Files under a folder that fit a pattern; none where the folder is not there. */
async function filesIn(folder: string, pattern: string): Promise<string[]> {
  return findFiles(folder, [pattern]).catch((thrown: unknown) => {
    if (isAppError(thrown) && thrown.code === 'document.missing') return [];
    throw thrown;
  });
}
