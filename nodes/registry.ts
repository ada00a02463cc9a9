import type { NodeType, Registry } from '../app/core/nodekit/define-node.ts';
import { agent } from './agent/manifest.ts';
import { aggregate } from './aggregate/manifest.ts';
import { attach } from './attach/manifest.ts';
import { cache } from './cache/manifest.ts';
import { chatMemory } from './chat-memory/manifest.ts';
import { chunk } from './chunk/manifest.ts';
import { classify } from './classify/manifest.ts';
import { code } from './code/manifest.ts';
import { confidence } from './confidence/manifest.ts';
import { context } from './context/manifest.ts';
import { extract } from './extract/manifest.ts';
import { httpRequest } from './http-request/manifest.ts';
import { humanReview } from './human-review/manifest.ts';
import { index } from './index/manifest.ts';
import { input } from './input/manifest.ts';
import { loadDocuments } from './load-documents/manifest.ts';
import { log } from './log/manifest.ts';
import { loop } from './loop/manifest.ts';
import { map } from './map/manifest.ts';
import { merge } from './merge/manifest.ts';
import { model } from './model/manifest.ts';
import { note } from './note/manifest.ts';
import { notify } from './notify/manifest.ts';
import { output } from './output/manifest.ts';
import { prompt } from './prompt/manifest.ts';
import { query } from './query/manifest.ts';
import { reranker } from './reranker/manifest.ts';
import { retriever } from './retriever/manifest.ts';
import { router } from './router/manifest.ts';
import { split } from './split/manifest.ts';
import { subflow } from './subflow/manifest.ts';
import { tool } from './tool/manifest.ts';
import { transform } from './transform/manifest.ts';
import { validator } from './validator/manifest.ts';
import { wait } from './wait/manifest.ts';
import { writeFile } from './write-file/manifest.ts';

/**
 * Every node type. Manifests are here at once, since the planner, the validator and the forms read them; code is loaded
 * when a node of its type is first run or checked, so that a command starts fast.
 */
const types: readonly NodeType[] = [
  {
    manifest: agent,
    run: () => import('./agent/run.ts').then(({ run }) => run),
    check: () => import('./agent/check.ts').then(({ check }) => check),
  },
  {
    manifest: aggregate,
    run: () => import('./aggregate/run.ts').then(({ run }) => run),
    check: () => import('./aggregate/check.ts').then(({ check }) => check),
  },
  { manifest: attach, run: () => import('./attach/run.ts').then(({ run }) => run) },
  {
    manifest: cache,
    run: () => import('./cache/run.ts').then(({ run }) => run),
    check: () => import('./cache/check.ts').then(({ check }) => check),
  },
  { manifest: chunk, run: () => import('./chunk/run.ts').then(({ run }) => run) },
  {
    manifest: chatMemory,
    run: () => import('./chat-memory/run.ts').then(({ run }) => run),
    check: () => import('./chat-memory/check.ts').then(({ check }) => check),
  },
  {
    manifest: classify,
    run: () => import('./classify/run.ts').then(({ run }) => run),
    check: () => import('./classify/check.ts').then(({ check }) => check),
  },
  {
    manifest: code,
    run: () => import('./code/run.ts').then(({ run }) => run),
    check: () => import('./code/check.ts').then(({ check }) => check),
  },
  {
    manifest: confidence,
    run: () => import('./confidence/run.ts').then(({ run }) => run),
    check: () => import('./confidence/check.ts').then(({ check }) => check),
  },
  { manifest: context, run: () => import('./context/run.ts').then(({ run }) => run) },
  {
    manifest: extract,
    run: () => import('./extract/run.ts').then(({ run }) => run),
    check: () => import('./extract/check.ts').then(({ check }) => check),
  },
  {
    manifest: httpRequest,
    run: () => import('./http-request/run.ts').then(({ run }) => run),
    check: () => import('./http-request/check.ts').then(({ check }) => check),
  },
  {
    manifest: humanReview,
    run: () => import('./human-review/run.ts').then(({ run }) => run),
    check: () => import('./human-review/check.ts').then(({ check }) => check),
  },
  { manifest: index, run: () => import('./index/run.ts').then(({ run }) => run) },
  { manifest: input, run: () => import('./input/run.ts').then(({ run }) => run) },
  { manifest: loadDocuments, run: () => import('./load-documents/run.ts').then(({ run }) => run) },
  {
    manifest: log,
    run: () => import('./log/run.ts').then(({ run }) => run),
    check: () => import('./log/check.ts').then(({ check }) => check),
  },
  {
    manifest: loop,
    run: () => import('./loop/run.ts').then(({ run }) => run),
    check: () => import('./loop/check.ts').then(({ check }) => check),
  },
  { manifest: map, run: () => import('./map/run.ts').then(({ run }) => run) },
  { manifest: merge, run: () => import('./merge/run.ts').then(({ run }) => run) },
  {
    manifest: model,
    run: () => import('./model/run.ts').then(({ run }) => run),
    check: () => import('./model/check.ts').then(({ check }) => check),
  },
  { manifest: note },
  {
    manifest: notify,
    run: () => import('./notify/run.ts').then(({ run }) => run),
    check: () => import('./notify/check.ts').then(({ check }) => check),
  },
  { manifest: output, run: () => import('./output/run.ts').then(({ run }) => run) },
  {
    manifest: prompt,
    run: () => import('./prompt/run.ts').then(({ run }) => run),
    check: () => import('./prompt/check.ts').then(({ check }) => check),
  },
  {
    manifest: query,
    run: () => import('./query/run.ts').then(({ run }) => run),
    check: () => import('./query/check.ts').then(({ check }) => check),
  },
  {
    manifest: reranker,
    run: () => import('./reranker/run.ts').then(({ run }) => run),
    check: () => import('./reranker/check.ts').then(({ check }) => check),
  },
  { manifest: retriever, run: () => import('./retriever/run.ts').then(({ run }) => run) },
  {
    manifest: router,
    run: () => import('./router/run.ts').then(({ run }) => run),
    check: () => import('./router/check.ts').then(({ check }) => check),
  },
  {
    manifest: split,
    run: () => import('./split/run.ts').then(({ run }) => run),
    check: () => import('./split/check.ts').then(({ check }) => check),
  },
  { manifest: subflow, run: () => import('./subflow/run.ts').then(({ run }) => run) },
  {
    manifest: tool,
    run: () => import('./tool/run.ts').then(({ run }) => run),
    check: () => import('./tool/check.ts').then(({ check }) => check),
  },
  {
    manifest: transform,
    run: () => import('./transform/run.ts').then(({ run }) => run),
    check: () => import('./transform/check.ts').then(({ check }) => check),
  },
  {
    manifest: validator,
    run: () => import('./validator/run.ts').then(({ run }) => run),
    check: () => import('./validator/check.ts').then(({ check }) => check),
  },
  {
    manifest: wait,
    run: () => import('./wait/run.ts').then(({ run }) => run),
    check: () => import('./wait/check.ts').then(({ check }) => check),
  },
  {
    manifest: writeFile,
    run: () => import('./write-file/run.ts').then(({ run }) => run),
    check: () => import('./write-file/check.ts').then(({ check }) => check),
  },
];

export const registry: Registry = new Map(types.map((type) => [type.manifest.type, type]));
