import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { validator } from '../../../nodes/validator/manifest.ts';
import { WorkspaceConfig } from '../workspace/workspace-config.ts';
import { Workflow } from './workflow.ts';
import { jsonPath, schemaFaults } from './workflow-issue.ts';

function told(schema: z.ZodType, value: unknown): string[] {
  const parsed = schema.safeParse(value);
  if (parsed.success) return [];
  return schemaFaults(parsed.error, { schema, value }).map(({ path, message }) => `${jsonPath(path)} ${message}`);
}

const node = { id: 'a', type: 'model', version: 1, config: {} };
const wire = { id: 'e', from: { node: 'a', port: 'x' }, to: { node: 'b', port: 'y' } };
const flow = (change: object) => ({ format: 1, id: 'wf_abc', name: 'a', nodes: [node], edges: [wire], ...change });
const nodes = (change: object) => flow({ nodes: [{ ...node, ...change }] });

describe('a fault in plain words', () => {
  it.each([
    [{ name: undefined }, '$.name `name` is missing.'],
    [{ name: 7 }, '$.name `name` must be text; it is 7.'],
    [{ name: '' }, '$.name `name` must not be empty.'],
    [{ format: 'one' }, '$.format `format` must be 1; it is “one”.'],
    [{ format: undefined }, '$.format `format` is missing: it must be 1.'],
    [{ nodes: {} }, '$.nodes `nodes` must be a list; it is an object.'],
    [{ nodes: ['a'] }, '$.nodes[0] `nodes[0]` must be an object; it is text.'],
    [{ nodez: [] }, '$.nodez Unknown field “nodez”. Did you mean “nodes”?'],
    [
      { inputs: { q: { type: 'txt' } } },
      /^\$\.inputs\.q\.type `type` must be “any”, .*; it is “txt”\. Did you mean “text”\?$/,
    ],
    [{ inputs: { 'a b': { type: 'text' } } }, /^\$\.inputs\["a b"\] “a b” is not allowed as a name: it must fit /],
    [
      { inputs: { q: { type: 'text', requird: true } } },
      '$.inputs.q.requird Unknown field “requird”. Did you mean “required”?',
    ],
    [{ edges: [{ ...wire, form: {} }] }, '$.edges[0].form Unknown field “form”. Did you mean “from”?'],
    [
      { edges: [{ ...wire, to: { ...wire.to, prot: 'y' } }] },
      '$.edges[0].to.prot Unknown field “prot”. Did you mean “port”?',
    ],
  ])('tells of %j in a workflow', (change, message) => {
    expect(told(Workflow, flow(change))).toEqual([
      typeof message === 'string' ? message : expect.stringMatching(message),
    ]);
  });

  it.each([
    [{ policy: { retrys: {} } }, '$.nodes[0].policy.retrys Unknown field “retrys”. Did you mean “retry”?'],
    [
      { policy: { retry: { attempts: 0 } } },
      '$.nodes[0].policy.retry.attempts `attempts` must be at least 1; it is 0.',
    ],
    [
      { policy: { retry: { attempts: 1.5 } } },
      '$.nodes[0].policy.retry.attempts `attempts` must be a whole number; it is 1.5.',
    ],
    [{ policy: { onError: { action: 'default' } } }, '$.nodes[0].policy.onError.outputs `outputs` is missing.'],
    [
      { policy: { onError: { action: 'prot' } } },
      '$.nodes[0].policy.onError.action `action` must be “fail”, “default” or “port”; it is “prot”. Did you mean “port”?',
    ],
    [
      { policy: { onError: { action: 'default', output: {} } } },
      '$.nodes[0].policy.onError.output Unknown field “output”. Did you mean “outputs”?',
    ],
    [{ disabeld: true }, '$.nodes[0].disabeld Unknown field “disabeld”. Did you mean “disabled”?'],
    [{ disabled: 'yes' }, '$.nodes[0].disabled `disabled` must be true or false; it is text.'],
    [{ config: null }, '$.nodes[0].config `config` must be an object; it is null.'],
    [{ id: '-' }, /^\$\.nodes\[0\]\.id `id` must be written otherwise; it is “-”\. It must fit /],
  ])('tells of %j in a node', (change, message) => {
    const faults = told(Workflow, nodes(change));
    expect(faults).toContainEqual(typeof message === 'string' ? message : expect.stringMatching(message));
  });

  it('tells of every level of pipewright.json', () => {
    const profile = { use: 'chat', provider: 'ollama', model: 'm' };
    const config = (profiles: object, rest: object = {}) => ({ format: 1, name: 'w', profiles, ...rest });
    expect(told(WorkspaceConfig, config({ a: { ...profile, contextWindw: 5 } }))).toEqual([
      '$.profiles.a.contextWindw Unknown field “contextWindw”. Did you mean “contextWindow”?',
    ]);
    // A field of the other kind of profile is no suggestion.
    expect(told(WorkspaceConfig, config({ a: { ...profile, dimension: 5 } }))).toEqual([
      '$.profiles.a.dimension Unknown field “dimension”.',
    ]);
    expect(told(WorkspaceConfig, config({ a: { ...profile, use: 'chatt' } }))).toEqual([
      '$.profiles.a.use `use` must be “chat”, “embedding” or “rerank”; it is “chatt”. Did you mean “chat”?',
    ]);
    expect(told(WorkspaceConfig, config({ a: { ...profile, timeouts: { idelMs: 1 } } }))).toEqual([
      '$.profiles.a.timeouts.idelMs Unknown field “idelMs”. Did you mean “idleMs”?',
    ]);
    expect(told(WorkspaceConfig, config({}, { captur: 'full' }))).toEqual([
      '$.captur Unknown field “captur”. Did you mean “capture”?',
    ]);
    expect(told(WorkspaceConfig, config({ a: { ...profile, baseUrl: 'x' } }))).toEqual([
      '$.profiles.a.baseUrl `baseUrl` must be an http or https address; it is “x”.',
    ]);
    expect(
      told(
        WorkspaceConfig,
        config({}, { collections: { c: { documents: ['*'], embedder: 'e', metadata: { k: [] } } } }),
      ),
    ).toEqual(['$.collections.c.metadata.k `k` must be text, a number or true or false; it is a list.']);
  });

  it('keeps a message that was written for a schema', () => {
    expect(
      told(
        z.string().refine(() => false, 'Only one line is allowed.'),
        'a',
      ),
    ).toEqual(['$ Only one line is allowed.']);
    expect(told(z.string(), 1)).toEqual(['$ The value must be text; it is 1.']);
  });

  it('lets no word of the library through, whatever stands in a config', () => {
    for (const value of [null, 1, 'x', [], {}, true])
      for (const key of Object.keys(validator.config.shape))
        for (const message of told(validator.config, { [key]: value }))
          expect(message).not.toMatch(/Invalid|expected|received|undefined|Unrecognized|Too (big|small)/);
  });
});
