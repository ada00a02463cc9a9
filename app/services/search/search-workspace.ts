import type { FileHits } from '../../core/contracts/search.ts';
import { AppError, isAppError } from '../../core/errors/app-error.ts';
import { workflowFileText } from '../../core/graph/content-hash.ts';
import { readWorkflow } from '../../core/graph/read-workflow.ts';
import type { Registry } from '../../core/nodekit/define-node.ts';
import { matcherOf } from '../../core/search/query.ts';
import {
  type HitRef,
  hitsIn,
  type ReplaceRequest,
  replaceInText,
  replaceInWorkflow,
  searchWorkflow,
} from '../../core/search/search-workflow.ts';
import type { TextQuery } from '../../core/search/text-query.ts';
import type { TextKind } from '../../core/search/workflow-texts.ts';
import { parsePrompt } from '../../core/template/prompt-file.ts';
import { PROMPT_PATTERN } from '../editing/prompt-editing.ts';
import type { SavedFiles } from '../files/saved-files.ts';
import type { TextFolder } from '../files/text-folder.ts';
import { WORKFLOW_PATTERN } from '../workflow/find-workflow.ts';

export interface FindRequest {
  query: TextQuery;
  kinds: readonly TextKind[];
  /** Files that are not looked into: their owner has a newer version. */
  skip: readonly string[];
}

export interface ReplaceFilesRequest extends Omit<ReplaceRequest, 'only'> {
  kinds: readonly TextKind[];
  files: readonly { file: string; base: string; only?: readonly HitRef[] }[];
}

export interface ReplacedFile {
  file: string;
  count: number;
  left: number;
  fault?: { code: AppError['code']; message: string; remedy?: string };
}

/** Finds and replaces texts in the workflows and prompts of a workspace. */
export interface WorkspaceSearch {
  /** @throws AppError regex.syntax */
  find(request: FindRequest): Promise<{ files: FileHits[]; more: boolean }>;
  /** File by file: what cannot be done to one is said of it and stops no other. @throws AppError regex.syntax */
  replace(request: ReplaceFilesRequest): Promise<ReplacedFile[]>;
}

export interface WorkspaceSearchPorts {
  workspace: TextFolder;
  saved: SavedFiles;
  registry: Registry;
}

/** Matches that are told at once: more than anyone reads. */
const MAX_HITS = 5000;

export function createWorkspaceSearch({ workspace, saved, registry }: WorkspaceSearchPorts): WorkspaceSearch {
  async function hitsOf(file: string, { query, kinds }: FindRequest): Promise<FileHits | undefined> {
    try {
      const { text, hash } = await workspace.read(file);
      if (isPrompt(file)) {
        const place = { of: 'prompt' as const, id: '' };
        const body = bodyStart(text);
        const hits = hitsIn(text, { place, kind: 'prompts' }, matcherOf(query)).filter(({ start }) => start >= body);
        return { file, title: file, hash, hits, nodes: {} };
      }
      const { workflow } = readWorkflow(text, registry, file);
      const hits = searchWorkflow(workflow, { query, kinds, registry });
      const named = new Set(hits.map(({ place }) => place.id));
      const nodes = workflow.nodes.filter(({ id }) => named.has(id));
      const title = (type: string) => registry.get(type)?.manifest.title ?? type;
      const names = nodes.map(({ id, name, type }) => [id, name ?? title(type)]);
      return { file, title: workflow.name, hash, hits, nodes: Object.fromEntries(names) };
    } catch (thrown) {
      // What cannot be read is said where it is opened; a wrong expression is the caller's.
      if (isAppError(thrown) && thrown.code !== 'regex.syntax') return undefined;
      throw thrown;
    }
  }

  /** The new text of a file, or nothing where none of its matches can be replaced. */
  function replaced(file: string, text: string, request: ReplaceFilesRequest, only: readonly HitRef[] | undefined) {
    if (!isPrompt(file)) {
      const { workflow } = readWorkflow(text, registry, file);
      const done = replaceInWorkflow(workflow, { ...request, only, registry });
      return { ...done, text: done.count > 0 ? workflowFileText(done.result) : undefined };
    }
    const starts = only && new Set(only.map(({ start }) => start));
    const body = bodyStart(text);
    const done = replaceInText(text, request, (start) => start >= body && (starts?.has(start) ?? true));
    const isWhole = !reads(text, file) || reads(done.text, file);
    if (done.count > 0 && isWhole) return { count: done.count, left: 0, text: done.text };
    return { count: 0, left: done.count, text: undefined };
  }

  async function replaceIn(
    { file, base, only }: ReplaceFilesRequest['files'][number],
    request: ReplaceFilesRequest,
  ): Promise<ReplacedFile> {
    try {
      const { text, hash } = await workspace.read(file);
      if (hash !== base) {
        throw new AppError('file.conflict', {
          message: 'The file was changed since it was searched.',
          where: file,
          remedy: 'Search again, and look at what is there now.',
        });
      }
      const { count, left, text: next } = replaced(file, text, request, only);
      if (next !== undefined) await saved.save(file, next, base);
      return { file, count, left };
    } catch (thrown) {
      if (!isAppError(thrown)) throw thrown;
      const { code, message, remedy } = thrown;
      return { file, count: 0, left: 0, fault: { code, message, ...(remedy !== undefined && { remedy }) } };
    }
  }

  return {
    async find(request) {
      // A wrong expression is told before any file is read.
      matcherOf(request.query);
      const skip = new Set(request.skip);
      const wanted = [
        ...(request.kinds.some((kind) => kind !== 'prompts') ? await workspace.find(WORKFLOW_PATTERN) : []),
        ...(request.kinds.includes('prompts') ? await workspace.find(PROMPT_PATTERN) : []),
      ].filter((file) => !skip.has(file));
      const files: FileHits[] = [];
      let left = MAX_HITS;
      for (const file of wanted) {
        const found = await hitsOf(file, request);
        if (!found || found.hits.length === 0) continue;
        if (found.hits.length > left) return { files, more: true };
        left -= found.hits.length;
        files.push(found);
      }
      return { files, more: false };
    },
    async replace(request) {
      matcherOf(request.query);
      const results: ReplacedFile[] = [];
      for (const one of request.files) results.push(await replaceIn(one, request));
      return results;
    },
  };
}

const isPrompt = (file: string): boolean => file.endsWith('.md');

/** Where the text of a prompt begins: what stands in its head are names that workflows use. */
function bodyStart(text: string): number {
  const head = /^---\r?\n[\s\S]*?\r?\n---\r?(?:\n|$)/.exec(text);
  return head?.[0].length ?? 0;
}

function reads(text: string, file: string): boolean {
  try {
    parsePrompt(text, file);
    return true;
  } catch (thrown) {
    if (!isAppError(thrown)) throw thrown;
    return false;
  }
}
