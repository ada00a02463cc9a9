import { describe, expect, it } from 'vitest';
import type { Json } from '../../app/core/graph/json.ts';
import { runNode } from '../../test/kit/run-node.ts';
import { check } from './check.ts';
import { log } from './manifest.ts';
import { run } from './run.ts';

async function write(
  config: { message: string; level?: 'warning'; data?: boolean; variables?: string[] },
  inputs: { [port: string]: Json } = {},
) {
  const entries: unknown[] = [];
  const result = await runNode(log, run, { config, inputs, cap: { log: { write: (entry) => entries.push(entry) } } });
  return { ...result, entries };
}

describe('log', () => {
  it('writes one entry and passes the value on', async () => {
    const value = { question: '{{7*7}}' };
    const { outputs, entries } = await write({ message: 'asked: {{ value.question }}' }, { value });
    expect(outputs).toEqual({ value });
    expect(entries).toEqual([{ level: 'info', message: 'asked: {{7*7}}', data: { value } }]);
  });

  it('keeps the level, the variables, and no values when told so', async () => {
    const config = { message: '{{ a }}', level: 'warning' as const, variables: ['a'] };
    expect((await write(config, { a: 1 })).entries).toEqual([{ level: 'warning', message: '1', data: { a: 1 } }]);
    expect((await write({ ...config, data: false }, { a: 1 })).entries).toEqual([{ level: 'warning', message: '1' }]);
  });

  it('writes without any input, and stays silent then', async () => {
    const { outputs, entries } = await write({ message: 'here' });
    expect(outputs).toEqual({});
    expect(entries).toEqual([{ level: 'info', message: 'here' }]);
  });

  it('cuts a message that is too long', async () => {
    const { entries } = await write({ message: '{{ value }}', data: false }, { value: 'x'.repeat(20_000) });
    expect((entries[0] as { message: string }).message).toHaveLength(10_000);
  });

  it('fails on a missing property', async () => {
    await expect(write({ message: '{{ value.nope }}' }, { value: {} })).rejects.toMatchObject({
      code: 'template.missing_variable',
    });
  });
});

it('check finds names that are not declared', async () => {
  const about = {
    nodeId: 'n',
    connected: new Set<string>(),
    workflow: {} as never,
    prompts: new Map<string, string>(),
  };
  expect(await check(log.config.parse({ message: '{{ value }} {{ a }}', variables: ['a'] }), about)).toEqual([]);
  expect(await check(log.config.parse({ message: '{{ b }}' }), about)).toEqual([
    expect.objectContaining({ severity: 'error', field: 'message' }),
  ]);
});
