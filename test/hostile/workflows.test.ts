import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type AppError, isAppError } from '../../app/core/errors/app-error.ts';
import type { WorkflowIssue } from '../../app/core/graph/workflow-issue.ts';
import type { WorkflowService } from '../../app/services/workflow/workflow-service.ts';
import { corpus, corpusService, fileOf, SOUND, writeCorpus } from './corpus/open-corpus.ts';

/** The longest that a refusal may take: little for what is over a limit, which is not read whole. */
const limitMs = (code: string): number => (code.startsWith('workflow.too_') ? 200 : 500);
let folder: string;
let service: WorkflowService;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pipewright-corpus-'));
  writeCorpus(folder);
  service = corpusService(folder);
  // Loads the nodes' checks: what follows is measured without the loading of code.
  const { workflow } = await service.snapshot(SOUND);
  expect(workflow.nodes).toHaveLength(9);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

afterEach(() => {
  for (const [name, shared] of Object.entries({
    Object: Object.prototype,
    Array: Array.prototype,
    Map: Map.prototype,
  })) {
    expect(Object.keys(shared), `${name}.prototype`).toEqual([]);
    expect(shared).not.toHaveProperty('polluted');
  }
});

/** The refusal, and the processor time that it took: the machine may have other work. */
async function open(file: string): Promise<{ error: AppError; ms: number }> {
  const before = process.cpuUsage();
  const outcome = await service.snapshot(file).catch((thrown: unknown) => thrown);
  const { user, system } = process.cpuUsage(before);
  if (!isAppError(outcome)) throw outcome instanceof Error ? outcome : new Error(`${file} was opened`);
  return { error: outcome, ms: (user + system) / 1000 };
}

it('holds at least 100 files, each with a name of its own', () => {
  expect(corpus.length).toBeGreaterThan(100);
  expect(new Set(corpus.map(({ name }) => name)).size).toBe(corpus.length);
  expect(new Set(corpus.map(({ file }) => Buffer.from(file).toString('base64'))).size).toBe(corpus.length);
});

describe('refuses', () => {
  it.each(corpus.map((hostile, index) => ({ ...hostile, index })))('$name: $code at $at', async (hostile) => {
    const file = fileOf(hostile.index);
    const first = await open(file);
    const { error } = first;
    // A garbage collection, or what the other core does to the memory they share, may fall into some measurements.
    let { ms } = first;
    const limit = limitMs(hostile.code);
    for (let i = 0; i < 9 && ms > limit; i += 1) ms = Math.min(ms, (await open(file)).ms);
    expect(ms).toBeLessThan(limit);

    const listed = (error.data?.['issues'] ?? []) as unknown as WorkflowIssue[];
    const told = listed.find(({ code, path }) => code === hostile.code && path === hostile.at) ?? {
      code: error.code,
      path: error.where?.slice(file.length),
      message: error.message,
      remedy: error.remedy,
    };
    expect({ code: told.code, path: told.path }).toEqual({ code: hostile.code, path: hostile.at });
    expect(told.message).toContain(hostile.says ?? '');
    for (const { remedy, message } of [told, error, ...listed.filter(({ severity }) => severity === 'error')]) {
      expect(remedy).toMatch(/\S/);
      expect(message).toMatch(/\S/);
      expect(message?.length).toBeLessThan(1_000);
    }
    expect(error.where).toMatch(new RegExp(`^${file}`));
    const wire = JSON.stringify(error.toWire());
    expect(wire).not.toMatch(/\n\s+at |node_modules|\.ts:\d+/);
    expect(wire.length).toBeLessThan(60_000);
    // `pipewright validate` says the same.
    if (hostile.code !== 'workflow.unreadable' && hostile.name !== '10 MB and a byte') {
      const report = await service.validate(file);
      expect(report.valid).toBe(false);
      expect(report.issues.length).toBeGreaterThan(0);
    }
  });
});
