import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openHost } from '../../app/hosts/compose.ts';
import { openWorkspace, type Workspace } from '../../app/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'pipewright-subflows-'));
const space = join(folder, 'space');
let workspace: Workspace;

interface Given {
  id?: string;
  inputs?: object;
  outputs?: object;
  resources?: object;
  nodes: [id: string, type: string, config: object, more?: object][];
  edges?: string[];
}

/** Writes `workflows/NAME.flow.json`; edges are `a.port > b.port`. */
function write(
  name: string,
  { id = `wf_${name}`, inputs = {}, outputs = {}, resources = {}, nodes, edges = [] }: Given,
) {
  const end = (text: string) => {
    const [node, port] = text.trim().split('.');
    return { node, port };
  };
  const flow = {
    format: 1,
    id,
    name,
    inputs,
    outputs,
    resources,
    nodes: nodes.map(([nodeId, type, config, more]) => ({ id: nodeId, type, version: 1, config, ...more })),
    edges: edges.map((edge, i) => {
      const [from = '', to = ''] = edge.split('>');
      return { id: `e${i}`, from: end(from), to: end(to) };
    }),
  };
  writeFileSync(join(space, `workflows/${name}.flow.json`), JSON.stringify(flow));
}

const text = { type: 'text' };
const asks = (workflow: string): Given => ({
  inputs: { q: text },
  outputs: { a: { type: 'any' } },
  nodes: [
    ['q', 'input', { name: 'q' }],
    ['sub', 'subflow', { workflow }],
    ['a', 'output', { name: 'a' }],
  ],
  edges: ['q.value > sub.q', 'sub.a > a.value'],
});
const says = (expression: string): Given => ({
  inputs: { q: text },
  outputs: { a: { type: 'any' } },
  nodes: [
    ['q', 'input', { name: 'q' }],
    ['say', 'transform', { expression }],
    ['a', 'output', { name: 'a' }],
  ],
  edges: ['q.value > say.value', 'say.value > a.value'],
});
const findings = async (name: string) =>
  (await workspace.validate(name)).issues.map(({ code, path, message }) => [code, path, message]);

beforeAll(async () => {
  mkdirSync(join(space, 'workflows'), { recursive: true });
  mkdirSync(join(space, 'prompts'), { recursive: true });
  writeFileSync(join(space, 'pipewright.json'), JSON.stringify({ format: 1, name: 'Space' }));
  workspace = await openWorkspace(space, { env: {}, profileDir: join(folder, 'profile') });
});
afterAll(async () => {
  await workspace.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('a workflow that runs another', () => {
  it.each(['wf_shout', 'shout', 'workflows/shout.flow.json'])('finds it as %s', async (reference) => {
    write('shout', says("value + '!'"));
    write('caller', asks(reference));
    expect(await findings('caller')).toEqual([]);
    const run = await workspace.run('caller', { q: 'hello' });
    expect(await run.result).toMatchObject({ status: 'succeeded', outputs: { a: 'hello!' } });
    const trace = await workspace.trace(run.runId);
    expect(trace.steps.map(({ step }) => step)).toEqual(['q', 'sub', 'sub/q', 'sub/say', 'sub/a', 'a']);
    expect((await workspace.replay(run.runId)).differences).toEqual([]);
  });

  it('uses the prompts that each file means by its own aliases', async () => {
    for (const name of ['outer', 'inner'])
      writeFileSync(join(space, `prompts/${name}.md`), `---\nvariables: [q]\n---\n# user\n${name}: {{ q }}\n`);
    const prompt = (file: string): Given => ({
      inputs: { q: text },
      outputs: { a: { type: 'any' } },
      resources: { prompts: { p: { file } } },
      nodes: [
        ['q', 'input', { name: 'q' }],
        ['p', 'prompt', { prompt: 'p', variables: ['q'] }],
        ['a', 'output', { name: 'a' }],
      ],
      edges: ['q.value > p.q', 'p.messages > a.value'],
    });
    write('prompted', prompt('prompts/inner.md'));
    const both = prompt('prompts/outer.md');
    write('both', {
      ...both,
      outputs: { a: { type: 'any' }, b: { type: 'any' } },
      nodes: [...both.nodes, ['sub', 'subflow', { workflow: 'wf_prompted' }], ['b', 'output', { name: 'b' }]],
      edges: [...(both.edges ?? []), 'q.value > sub.q', 'sub.a > b.value'],
    });
    const { outputs } = await (await workspace.run('both', { q: 'x' })).result;
    expect(JSON.stringify(outputs['a'])).toContain('outer: x');
    expect(JSON.stringify(outputs['b'])).toContain('inner: x');
  });

  it('goes on with what it was when the run began', async () => {
    write('pinned', {
      ...says("value + ' 1'"),
      nodes: [
        ['q', 'input', { name: 'q' }],
        ['person', 'human-review', {}],
        ['say', 'transform', { expression: "value + ' 1'" }],
        ['a', 'output', { name: 'a' }],
      ],
      edges: ['q.value > person.payload', 'person.approved > say.value', 'say.value > a.value'],
    });
    write('caller', asks('wf_pinned'));
    const { runId, result } = await workspace.run('caller', { q: 'x' });
    expect((await result).status).toBe('waiting');
    write('pinned', says("value + ' 2'"));
    const [task] = await workspace.reviews({ runId });
    expect(task).toMatchObject({ step: 'sub/person' });
    await workspace.decide(task?.wait ?? '', { action: 'approve', by: 'test' });
    expect((await (await workspace.resume(runId)).result).outputs).toEqual({ a: 'x 1' });
    expect((await (await workspace.run('caller', { q: 'x' })).result).outputs).toEqual({ a: 'x 2' });
  });
});

it('an editor gets the ports of what a node runs', async () => {
  write('shout', says('value'));
  write('caller', asks('wf_shout'));
  const host = await openHost({ folder: space, env: {}, profileDir: join(folder, 'profile') });
  const { workflow } = await host.editing.workflows.open('workflows/caller.flow.json');
  await host.close();
  const config = workflow?.nodes.find(({ id }) => id === 'sub')?.config;
  expect(config).toMatchObject({ workflow: 'wf_shout', interface: { inputs: { q: { type: 'text' } } } });
});

describe('is refused', () => {
  it.each(['shuot', 'wf_shuot'])('what is not there: %s, with the nearest name', async (reference) => {
    write('shout', says('value'));
    write('caller', asks(reference));
    const issues = await findings('caller');
    expect(issues).toEqual([['workflow.missing', '$.nodes[1].config.workflow', expect.stringContaining(reference)]]);
    expect(issues[0]?.[2]).toContain(`Did you mean “${reference.replace('shuot', 'shout')}”?`);
    await expect(workspace.run('caller', { q: 'x' })).rejects.toMatchObject({ code: 'workflow.missing' });
  });

  it('what lies outside the workspace', async () => {
    writeFileSync(
      join(folder, 'outside.flow.json'),
      JSON.stringify({ format: 1, id: 'wf_outside', name: 'o', nodes: [], edges: [] }),
    );
    for (const path of [
      '../outside.flow.json',
      join(folder, 'outside.flow.json'),
      'workflows/../../outside.flow.json',
    ]) {
      write('caller', asks(path));
      expect((await findings('caller'))[0]?.[0]).toBe('workflow.missing');
    }
  });

  it('a circle, whoever begins it', async () => {
    write('self', asks('wf_self'));
    expect(await findings('self')).toEqual([
      [
        'workflow.subflow_cycle',
        '$.nodes[1].config.workflow',
        'Workflows run each other in a circle: “self” runs “self”.',
      ],
    ]);
    for (const [name, next] of [
      ['a-x', 'b-x'],
      ['b-x', 'c-x'],
      ['c-x', 'b-x'],
    ] as const)
      write(name, asks(`wf_${next}`));
    for (const name of ['a-x', 'b-x', 'c-x']) {
      expect((await findings(name))[0]?.[0]).toBe('workflow.subflow_cycle');
      await expect(workspace.run(name, { q: 'x' })).rejects.toMatchObject({ code: 'workflow.subflow_cycle' });
    }
  });

  it('more than 8 levels, and what unfolds without end', async () => {
    write('level-0', says('value'));
    for (let i = 1; i <= 9; i += 1) write(`level-${i}`, asks(`wf_level-${i - 1}`));
    expect(await findings('level-8')).toEqual([]);
    expect((await findings('level-9'))[0]?.[0]).toBe('workflow.too_deep');
    const many = (workflow: string): Given => ({
      nodes: Array.from({ length: 20 }, (_, i) => [`n${i}`, 'subflow', { workflow }]),
    });
    write('bomb-0', { nodes: [['n', 'input', { name: 'q' }]], inputs: { q: { ...text, required: false } } });
    for (let i = 1; i <= 8; i += 1) write(`bomb-${i}`, many(`wf_bomb-${i - 1}`));
    const { issues } = await workspace.validate('bomb-8');
    expect(issues[0]).toMatchObject({ message: expect.stringContaining('nodes') });
    await expect(workspace.run('bomb-8')).rejects.toMatchObject({ code: 'workflow.subflow' });
  });

  it('one with faults of its own, and wires that do not fit its interface', async () => {
    write('broken', { ...says('value'), edges: ['q.valu > say.value', 'say.value > a.value'] });
    write('caller', asks('wf_broken'));
    expect(await findings('caller')).toEqual([
      ['workflow.subflow', '$.nodes[1].config.workflow', expect.stringContaining('“q” (input) has no output “valu”')],
    ]);
    write('shout', says('value'));
    write('caller', { ...asks('wf_shout'), edges: ['q.value > sub.question', 'sub.a > a.value'] });
    expect((await findings('caller')).map(([code]) => code)).toEqual([
      'workflow.edge_endpoint',
      'workflow.missing_input',
    ]);
  });

  it('nodes put into it in the file', async () => {
    write('shout', says('value'));
    const caller = asks('wf_shout');
    write('caller', { ...caller, nodes: [...caller.nodes, ['stray', 'log', {}, { parent: 'sub' }]] });
    expect((await findings('caller'))[0]?.[0]).toBe('workflow.parent');
  });
});
