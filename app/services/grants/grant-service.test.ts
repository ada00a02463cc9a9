import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { openGrantStore } from '../../adapters/grants/grant-store.ts';
import { contentHash } from '../../core/graph/content-hash.ts';
import { Workflow } from '../../core/graph/workflow.ts';
import { defineNode, type Registry } from '../../core/nodekit/define-node.ts';
import { makeReach, parseReach, reachText } from '../../core/policy/reach.ts';
import { createGrantService } from './grant-service.ts';

const reaching = defineNode({
  type: 'reaching',
  version: 1,
  family: 'io',
  title: 'Reaching',
  summary: 'Reaches something.',
  config: z.strictObject({ host: z.string(), folder: z.string().optional(), secret: z.string().optional() }),
  inputs: {},
  outputs: {},
  needs: [],
  effect: 'read',
  reaches: ({ host, folder, secret }) => [
    makeReach('network', host),
    ...(secret === undefined ? [] : [makeReach('secret', secret)]),
    ...(folder === undefined ? [] : [makeReach('write', folder)]),
  ],
});
const registry: Registry = new Map([['reaching', { manifest: reaching }]]);
const flow = (...configs: { host: string; folder?: string; secret?: string }[]) =>
  Workflow.parse({
    format: 1,
    id: 'wf_one',
    name: 'One',
    nodes: configs.map((config, i) => ({ id: `n${i}`, type: 'reaching', version: 1, config })),
    edges: [],
  });

const root = mkdtempSync(join(tmpdir(), 'pipewright-grants-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let folder: string;
beforeEach(() => {
  folder = join(mkdtempSync(join(root, 'one-')), 'grants');
});
const service = (session: string[] = [], hasSecret = (_name: string) => true) =>
  createGrantService({
    files: openGrantStore(folder),
    registry,
    session: session.map(parseReach),
    hasSecret,
    now: () => 7,
  });
const host = parseReach('network:a.example');

describe('grants', () => {
  const workflow = flow({ host: 'a.example', folder: 'reports/daily' }, { host: 'a.example' }, { host: 'b.example' });

  it('are asked for once each, and the error names the command that gives all that is missing', () => {
    expect(
      service()
        .needs(workflow)
        .map(({ reach, granted }) => [reachText(reach), granted]),
    ).toEqual([
      ['network:a.example', false],
      ['network:b.example', false],
      ['write:reports/daily', false],
    ]);
    expect(() => service().require(workflow, 'one')).toThrow(
      expect.objectContaining({
        code: 'grant.missing',
        remedy: 'If you want that: pipewright grants add one --host a.example --host b.example --folder reports/daily',
      }),
    );
    service().add(workflow, 'one', [host, parseReach('write:reports')]);
    expect(() => service().require(workflow, 'one')).toThrow(/connect to b\.example, and nobody/);
    service().add(workflow, 'one', [parseReach('network:b.example')]);
    service().require(workflow, 'one');
  });

  it('belong to the content: any change but of the picture loses them', () => {
    service().add(workflow, 'one', [host]);
    const allows = (changed: Workflow) => service().allows(contentHash(changed), host);
    expect(allows({ ...workflow, layout: { positions: { n0: { x: 1, y: 2 } } } })).toBe(true);
    expect(allows({ ...workflow, name: 'Two' })).toBe(false);
    expect(allows(flow({ host: 'a.example' }))).toBe(false);
  });

  it('are refused for what a workflow does not ask for', () => {
    expect(() => service().add(workflow, 'one', [parseReach('network:c.example')])).toThrow(
      expect.objectContaining({ code: 'grant.invalid' }),
    );
    expect(() => service().add(workflow, 'one', [parseReach('secret:KEY')])).toThrow(/does not ask/);
    expect(service().list()).toEqual([]);
  });

  it('are given once, listed, and taken back one by one or together', () => {
    expect(service().add(workflow, 'one', [host, parseReach('network:b.example')])).toHaveLength(2);
    expect(service().add(workflow, 'one', [host])).toEqual([]);
    const hash = contentHash(workflow);
    expect(service().list()).toEqual([
      {
        workflow: hash,
        name: 'one',
        grants: [
          { ability: 'network', target: 'a.example', at: 7 },
          { ability: 'network', target: 'b.example', at: 7 },
        ],
      },
    ]);
    expect(service().revoke(hash.slice(0, 8), [host]).map(reachText)).toEqual(['network:a.example']);
    expect(service().allows(hash, host)).toBe(false);
    expect(service().revoke(hash)).toHaveLength(1);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('of a session count for every workflow and are kept nowhere', () => {
    const session = service(['network:a.example', 'network:b.example', 'write:reports']);
    session.require(workflow, 'one');
    expect(session.allows('f'.repeat(64), host)).toBe(true);
    expect(session.list()).toEqual([]);
  });

  it('are not all: a secret without a value is missed before anything runs', () => {
    const keyed = flow({ host: 'a.example', secret: 'KEY' });
    const granted = ['network:a.example', 'secret:KEY'];
    service(granted).require(keyed, 'one');
    expect(() => service(granted, () => false).require(keyed, 'one')).toThrow(
      expect.objectContaining({
        code: 'secret.missing',
        data: { secret: 'KEY', command: 'pipewright secrets set KEY --host a.example' },
      }),
    );
  });

  it('lie in a file of their owner alone; one that is damaged or of another workflow grants nothing', () => {
    service().add(workflow, 'one', [host]);
    const hash = contentHash(workflow);
    expect(statSync(join(folder, `${hash}.json`)).mode & 0o777).toBe(0o600);
    const other = 'a'.repeat(64);
    writeFileSync(
      join(folder, `${other}.json`),
      JSON.stringify({ format: 1, workflow: hash, name: '', grants: [{ ...host, at: 1 }] }),
    );
    expect(() => service().allows(other, host)).toThrow(expect.objectContaining({ code: 'grant.file' }));
    writeFileSync(join(folder, `${hash}.json`), '{"format":1');
    expect(() => service().allows(hash, host)).toThrow(expect.objectContaining({ code: 'grant.file' }));
  });
});
