import { hash } from 'node:crypto';
import { join, relative } from 'node:path';
import { registry } from '../../nodes/registry.ts';
import { estimatingTokenizer } from '../adapters/models/token-counter.ts';
import type { WorkspaceStore } from '../adapters/sqlite/workspace-store.ts';
import type { EnginePorts } from '../engine/engine-ports.ts';
import type { CassettePorts, TestReport, TestRequest } from '../services/cassette/play-cassettes.ts';
import type { RecordReport, RecordRequest } from '../services/cassette/record-cassette.ts';
import type { WorkflowService } from '../services/workflow/workflow-service.ts';
import { cassetteFiles } from './cassette-files.ts';
import type { Redaction } from './redaction.ts';

export interface Cassettes {
  /** Opens no database and no connection. @throws AppError cassette.missing, document.* */
  test(request?: TestRequest): Promise<TestReport>;
  /** @throws AppError cassette.*, run.not_replayable, storage.* */
  record(request: RecordRequest): Promise<RecordReport>;
  /** Workflow, inputs and what else a cassette was made with, to run it again. @throws AppError cassette.* */
  read(file: string): Promise<import('../core/run/cassette.ts').Cassette>;
  /** The cassettes of the workspace. */
  list(): Promise<{ name: string; file: string }[]>;
}

export interface CassetteHost extends Pick<EnginePorts, 'isBuiltIn' | 'clock'> {
  folder: string;
  /** Where paths begin. */
  cwd: string;
  /** Only files inside the workspace, links followed: for clients that may not name others. */
  confined: boolean;
  workflows: WorkflowService;
  redactor: Redaction['redactor'];
  store: () => Promise<WorkspaceStore>;
}

/** Wires recording and playing of cassettes; each is loaded at its first use. */
export function createCassettes(host: CassetteHost): Cassettes {
  const { folder, confined } = host;
  const cwd = confined ? folder : host.cwd;
  const files = cassetteFiles(folder, { cwd, confined });
  const ports: CassettePorts = {
    rehearsal: {
      registry,
      clock: host.clock,
      hash: (text) => hash('sha256', text),
      isBuiltIn: host.isBuiltIn,
      pure: { tokenizer: estimatingTokenizer },
    },
    registry,
    workflows: host.workflows,
    files,
    folder: relative(cwd, folder) || '.',
    redactor: host.redactor,
    elapsed: () => Math.round(performance.now()),
  };
  return {
    async test(request) {
      const { playCassettes } = await import('../services/cassette/play-cassettes.ts');
      return playCassettes(ports, request);
    },
    async record(request) {
      const [{ recordCassette }, { journal }] = await Promise.all([
        import('../services/cassette/record-cassette.ts'),
        host.store(),
      ]);
      const inWorkspace = (path: string) => relative(cwd, join(folder, path));
      return recordCassette({ ...ports, journal, inWorkspace }, request);
    },
    async read(file) {
      const { findCassettes, readCassette } = await import('../services/cassette/cassette-files.ts');
      const [found = file] = await findCassettes(files, ports.folder, [file]);
      return readCassette(files, found);
    },
    async list() {
      const { cassetteName, findCassettes } = await import('../services/cassette/cassette-files.ts');
      return (await findCassettes(files, ports.folder, [])).map((file) => ({ name: cassetteName(file), file }));
    },
  };
}
