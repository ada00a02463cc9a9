import type { CostRow } from '../../core/budget/costs.ts';
import { AppError, isAppError } from '../../core/errors/app-error.ts';
import { sha256Hex } from '../../core/graph/hash.ts';
import type { RunListItem, SnapshotRuns } from '../../core/run/run-list.ts';
import { PROMPTS_JOINED, promptName, promptVersion } from '../../core/template/prompt-version.ts';
import type { RunSnapshot } from '../../engine/engine-ports.ts';
import type { PromptEditing } from '../editing/prompt-editing.ts';
import type { FileHistory } from '../files/file-history.ts';

/** What was spent on one version. Money is integer nano-dollars. */
export type PromptCost = Pick<CostRow, 'calls' | 'inputTokens' | 'outputTokens' | 'nanoUsd' | 'unpricedCalls'>;

/** One text that a prompt file has or had, and what came of it. */
export interface PromptVersion {
  /** Of its content: 12 digits of its SHA-256. */
  version: string;
  /** It is what the file holds now. */
  isCurrent: boolean;
  /** When it was saved last, as the local history knows; null for one that only runs have kept. Epoch milliseconds. */
  savedAt: number | null;
  bytes: number;
  runs: { count: number; succeeded: number; failed: number; firstAt: number; lastAt: number } | null;
  thumbs: { up: number; down: number };
  /** Null where nothing was spent on it, or nothing that leaves this machine was asked. */
  cost: PromptCost | null;
}

/** What this service needs of the store of runs. */
export interface RunsBySnapshot {
  listSnapshots(limit: number): SnapshotRuns[];
  listRuns(filter: { snapshots: readonly string[]; limit: number }): RunListItem[];
}

export interface PromptHistoryPorts {
  editing: PromptEditing;
  history: FileHistory;
  /** Undefined where nothing ever ran. */
  runs(): Promise<{ index: RunsBySnapshot; snapshot(hash: string): Promise<string> } | undefined>;
  /** Spent by prompt; empty where nothing ever was. */
  costs(): Promise<readonly CostRow[]>;
}

export interface PromptHistory {
  /** The version of now first, then the newest. @throws AppError prompt.missing */
  versions(file: string): Promise<PromptVersion[]>;
  /** @throws AppError history.missing */
  text(file: string, version: string): Promise<string>;
  /** The runs that used a version, newest first. */
  runs(file: string, version: string, limit: number): Promise<RunListItem[]>;
  /** The snapshots in which a file is, the one used last first. */
  snapshotsOf(file: string): Promise<(SnapshotRuns & PinnedPrompt)[]>;
}

/** A prompt file as a snapshot holds it. */
export interface PinnedPrompt {
  alias: string;
  version: string;
  bytes: number;
}

/** Older snapshots than these are not looked into: each is read once and then known. */
const MOST_SNAPSHOTS = 500;

/** The versions of prompt files: what the local history kept, and what runs have pinned. */
export function createPromptHistory({ editing, history, runs, costs }: PromptHistoryPorts): PromptHistory {
  /** By hash of a snapshot and file: a snapshot never changes. */
  const pinned = new Map<string, ReadonlyMap<string, PinnedPrompt>>();
  const digest = (text: string) => promptVersion(sha256Hex(text));
  const bytesOf = (text: string) => new TextEncoder().encode(text).length;

  async function pinnedIn(hash: string, read: (hash: string) => Promise<string>) {
    const known = pinned.get(hash);
    if (known) return known;
    const { workflow, prompts } = JSON.parse(await read(hash)) as RunSnapshot;
    const found = new Map<string, PinnedPrompt>();
    for (const [alias, text] of Object.entries(prompts)) {
      const file = workflow.resources.prompts?.[alias]?.file;
      if (file !== undefined) found.set(file, { alias, version: digest(text), bytes: bytesOf(text) });
    }
    pinned.set(hash, found);
    return found;
  }

  async function snapshotsOf(file: string) {
    const store = await runs();
    const found: (SnapshotRuns & PinnedPrompt)[] = [];
    for (const one of store?.index.listSnapshots(MOST_SNAPSHOTS) ?? []) {
      const prompt = (await pinnedIn(one.snapshot, (hash) => store?.snapshot(hash) ?? Promise.resolve('{}'))).get(file);
      if (prompt) found.push({ ...one, ...prompt });
    }
    return found;
  }

  async function costOf(file: string, version: string, rows: readonly CostRow[]): Promise<PromptCost | null> {
    const name = promptName(file, version);
    const own = rows.filter(({ key }) => key?.split(PROMPTS_JOINED).includes(name));
    if (own.length === 0) return null;
    const sum = (pick: (row: CostRow) => number) => own.reduce((total, row) => total + pick(row), 0);
    return {
      calls: sum((row) => row.calls),
      inputTokens: sum((row) => row.inputTokens),
      outputTokens: sum((row) => row.outputTokens),
      nanoUsd: sum((row) => row.nanoUsd),
      unpricedCalls: sum((row) => row.unpricedCalls),
    };
  }

  return {
    snapshotsOf,
    async versions(file) {
      const current = await editing.read(file);
      const found = new Map<string, Omit<PromptVersion, 'cost'>>();
      const at = (version: string, bytes: number) => {
        const known = found.get(version);
        if (known) return known;
        const made: Omit<PromptVersion, 'cost'> = {
          ...{ version, bytes, isCurrent: false, savedAt: null, runs: null },
          thumbs: { up: 0, down: 0 },
        };
        found.set(version, made);
        return made;
      };
      const now = at(digest(current.text), bytesOf(current.text));
      now.isCurrent = true;
      now.savedAt = current.modifiedAt;
      for (const saved of await history.list(file)) {
        const one = at(promptVersion(saved.version.slice(saved.version.indexOf('-') + 1)), saved.bytes);
        one.savedAt = Math.max(one.savedAt ?? 0, saved.at);
      }
      for (const { version, bytes, runs: count, succeeded, failed, firstAt, lastAt, thumbs } of await snapshotsOf(
        file,
      )) {
        const one = at(version, bytes);
        const before = one.runs;
        one.runs = {
          count: count + (before?.count ?? 0),
          succeeded: succeeded + (before?.succeeded ?? 0),
          failed: failed + (before?.failed ?? 0),
          firstAt: Math.min(firstAt, before?.firstAt ?? firstAt),
          lastAt: Math.max(lastAt, before?.lastAt ?? lastAt),
        };
        one.thumbs = { up: one.thumbs.up + thumbs.up, down: one.thumbs.down + thumbs.down };
      }
      const rows = await costs();
      const all = await Promise.all(
        [...found.values()].map(async (one) => ({ ...one, cost: await costOf(file, one.version, rows) })),
      );
      const newest = (one: PromptVersion) => Math.max(one.savedAt ?? 0, one.runs?.lastAt ?? 0);
      return all.sort((a, b) => Number(b.isCurrent) - Number(a.isCurrent) || newest(b) - newest(a));
    },
    async text(file, version) {
      const current = await editing.read(file).catch((thrown: unknown) => {
        // The file may be gone, and its versions are there.
        if (!isAppError(thrown) || thrown.code !== 'prompt.missing') throw thrown;
        return undefined;
      });
      if (current && digest(current.text) === version) return current.text;
      const saved = (await history.list(file)).find((one) => one.version.split('-')[1]?.startsWith(version));
      if (saved) return history.read(file, saved.version);
      const snapshot = (await snapshotsOf(file)).find((one) => one.version === version);
      const store = await runs();
      if (!snapshot || !store) {
        throw new AppError('history.missing', {
          message: `There is no version “${version}” of this prompt.`,
          where: file,
          remedy: 'List its versions again: old ones go from the local history when there are too many.',
        });
      }
      const { prompts } = JSON.parse(await store.snapshot(snapshot.snapshot)) as RunSnapshot;
      return prompts[snapshot.alias] ?? '';
    },
    async runs(file, version, limit) {
      const store = await runs();
      const snapshots = (await snapshotsOf(file)).filter((one) => one.version === version);
      if (!store || snapshots.length === 0) return [];
      return store.index.listRuns({ snapshots: snapshots.map(({ snapshot }) => snapshot), limit });
    },
  };
}
