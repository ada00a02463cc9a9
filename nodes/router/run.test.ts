import { describe, expect, it } from 'vitest';
import { runNode } from '../../test/kit/run-node.ts';
import { check } from './check.ts';
import { router } from './manifest.ts';
import { run } from './run.ts';

const branches = [
  { name: 'high', when: 'value.score >= limit' },
  { name: 'any', when: 'value.score > 0' },
];
const base = { branches, variables: ['limit'] };
const about = { nodeId: 'n', connected: new Set<string>(), workflow: {} as never, prompts: new Map<string, string>() };

describe('router', () => {
  it.each<[string, object, number, string[]]>([
    ['takes the first branch that holds', {}, 9, ['high']],
    ['asks the next one otherwise', {}, 2, ['any']],
    ['takes the default when none holds', {}, -1, ['default']],
    ['takes every branch that holds', { mode: 'all-matches' }, 9, ['high', 'any']],
    ['stays silent without a default', { default: false }, -1, []],
  ])('%s', async (_name, config, score, taken) => {
    const value = { score, text: '{{7*7}}' };
    const { outputs, detail } = await runNode(router, run, {
      config: { ...base, ...config },
      inputs: { value, limit: 5 },
    });
    expect(outputs).toEqual(Object.fromEntries(taken.map((name) => [name, value])));
    expect(detail['taken']).toEqual(taken);
  });

  it('tells the trace what it asked', async () => {
    const { detail } = await runNode(router, run, { config: base, inputs: { value: { score: 2 }, limit: 5 } });
    expect(detail['asked']).toEqual([
      { branch: 'high', when: 'value.score >= limit', holds: false },
      { branch: 'any', when: 'value.score > 0', holds: true },
    ]);
  });

  it.each([null, false, 0, '', []])('sends %j on', async (value) => {
    const config = { branches: [{ name: 'a', when: 'true' }] };
    expect((await runNode(router, run, { config, inputs: { value } })).outputs).toEqual({ a: value });
  });

  it('refuses a condition that is neither true nor false', async () => {
    const config = { branches: [{ name: 'a', when: 'value.score' }] };
    await expect(runNode(router, run, { config, inputs: { value: { score: 1 } } })).rejects.toMatchObject({
      code: 'expression.failed',
      where: 'node node1, branches[0].when',
    });
  });

  it('fails when a condition reads what is missing', async () => {
    const config = { branches: [{ name: 'a', when: 'value.nope == 1' }] };
    await expect(runNode(router, run, { config, inputs: { value: {} } })).rejects.toMatchObject({
      code: 'expression.failed',
    });
  });

  it('has a port for each branch and variable', () => {
    const config = router.config.parse(base);
    expect(Object.keys(router.ports?.(config).outputs ?? {})).toEqual(['high', 'any', 'default']);
    expect(Object.keys(router.ports?.(config).inputs ?? {})).toEqual(['limit']);
    expect(Object.keys(router.ports?.({ ...config, default: false }).outputs ?? {})).toEqual(['high', 'any']);
  });

  it.each<[string, object]>([
    ['no branch', { branches: [] }],
    ['a name twice', { branches: [branches[0], branches[0]] }],
    ['a branch called default', { branches: [{ name: 'default', when: 'true' }] }],
    ['a branch called error', { branches: [{ name: 'error', when: 'true' }] }],
    ['a variable called value', { branches, variables: ['value'] }],
    ['a misspelt field', { branches, modes: 'first-match' }],
  ])('refuses %s', (_name, config) => {
    expect(router.config.safeParse(config).success).toBe(false);
  });
});

describe('check', () => {
  it('finds nothing in what is right', async () => {
    expect(await check(router.config.parse(base), about)).toEqual([]);
  });

  it('finds bad syntax and unknown names, each at its branch', async () => {
    const config = router.config.parse({
      branches: [
        { name: 'a', when: 'value >' },
        { name: 'b', when: 'limt > 1' },
      ],
      variables: ['limit'],
    });
    expect(await check(config, about)).toEqual([
      expect.objectContaining({
        severity: 'error',
        field: 'branches[0].when',
        message: expect.stringContaining('line 1, column 8'),
      }),
      expect.objectContaining({
        severity: 'error',
        field: 'branches[1].when',
        message: expect.stringContaining('Did you mean “limit”'),
      }),
    ]);
  });

  it('finds a variable that hides a word of the language, once', async () => {
    const config = router.config.parse({ branches, variables: ['limit', 'list'] });
    expect(await check(config, about)).toEqual([
      expect.objectContaining({ field: 'variables', message: expect.stringContaining('“list”') }),
    ]);
  });
});
