import { hash } from 'node:crypto';
import type { HostCapabilities, ModelRequest, ModelResponse } from '../../app/core/capabilities/capabilities.ts';
import type { Workflow } from '../../app/core/graph/workflow.ts';
import type { Registry } from '../../app/core/nodekit/define-node.ts';
import type { EngineClock, EnginePorts, RunSnapshot } from '../../app/engine/engine-ports.ts';
import type { Journal } from '../../app/engine/journal.ts';
import { testRegistry } from './engine-nodes.ts';

export const snapshotOf = (workflow: Workflow): RunSnapshot => ({ workflow, prompts: {}, profiles: {} });

/** The real clock, for tests that need no control over time. */
const realClock: EngineClock = {
  now: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(resolve, ms);
      signal?.addEventListener('abort', () => {
        clearTimeout(timer);
        reject(signal.reason);
      });
    }),
  yield: () => new Promise((resolve) => setImmediate(resolve)),
};

const refused = (name: string) => () => Promise.reject(new Error(`${name} is not part of this test`));

export function modelResponse(text: string): ModelResponse {
  return {
    text,
    finish: 'stop',
    usage: { inputTokens: 1, outputTokens: 1, estimated: false },
    cost: { nanoUsd: 10, known: true, priceVersion: 'test' },
    model: 'test',
    provider: 'test',
    ms: 1,
  };
}

/** Host capabilities of which only some answer. */
export function testHost(parts: {
  generate?: (request: ModelRequest) => Promise<ModelResponse>;
  put?: (key: string, value: unknown) => Promise<void>;
}): HostCapabilities {
  return {
    model: { generate: parts.generate ?? (async (request) => modelResponse(`m[${request.messages[0]?.content}]`)) },
    embedder: { embed: refused('embedder') },
    reranker: { rerank: refused('reranker') },
    collections: { describe: refused('collections'), search: refused('collections'), write: refused('collections') },
    documents: { load: refused('documents'), attach: refused('documents') },
    code: { run: refused('code') },
    http: { read: refused('http'), send: refused('http'), sendOnce: refused('http') },
    files: { write: refused('files') },
    tables: { query: refused('tables') },
    cache: {
      get: async () => null,
      put: async ({ key, value }) => {
        await parts.put?.(key, value);
        return { stored: true };
      },
    },
    memory: { read: refused('memory'), append: refused('memory'), summarise: refused('memory') },
    tokenizer: { count: (text) => text.length },
  };
}

/** Engine ports over a journal, deterministic but for the clock. */
export function testPorts(
  journal: Journal,
  parts: { host?: HostCapabilities; clock?: EngineClock; registry?: Registry; random?: () => number } = {},
): EnginePorts {
  let count = 0;
  const host = parts.host ?? testHost({});
  return {
    journal,
    registry: parts.registry ?? testRegistry,
    clock: parts.clock ?? realClock,
    random: parts.random ?? (() => 0.5),
    newId: (prefix) => {
      count += 1;
      return `${prefix}_${String(count).padStart(6, '0')}`;
    },
    hash: (text) => hash('sha256', text),
    host: () => host,
    isBuiltIn: (profile) => profile === 'built-in',
    fingerprint: async (ref) => `${ref.kind}:${ref.name}:1`,
    redact: (data) => data,
    owner: 'test',
    version: 'test',
  };
}
