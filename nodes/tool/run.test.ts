import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../app/core/nodekit/index.ts';
import { check } from './check.ts';
import { tool } from './manifest.ts';
import { run } from './run.ts';

const parameters = {
  type: 'object',
  properties: {
    query: { type: 'string', description: 'Words.' },
    limit: { type: 'integer' },
    tags: { type: 'array' },
    exact: { type: 'boolean' },
    where: { type: 'object' },
    any: {},
    arguments: { type: 'string' },
    'not a port': { type: 'string' },
  },
};
const config = tool.config.parse({ name: 'search', description: 'Finds.', parameters });

describe('tool', () => {
  it('has a port inside for each argument that can be one', () => {
    expect(tool.ports?.(config).sources).toEqual({
      query: { type: 'text', help: 'Words.' },
      limit: { type: 'number' },
      tags: { type: 'list' },
      exact: { type: 'boolean' },
      where: { type: 'json' },
      any: { type: 'any' },
    });
    expect(tool.ports?.(tool.config.parse({ name: 'x', description: 'x' })).sources).toEqual({});
  });

  it('runs its body once with the arguments, one by one and as a whole', async () => {
    const seen: [number, JsonObject][] = [];
    const ports = { arguments: { query: 'q', arguments: 'odd' } };
    const given = await run({ config, inputs: {}, ports }, {
      cap: {
        body: {
          run: async (index: number, sources: JsonObject) => {
            seen.push([index, sources]);
            return { result: 'found' };
          },
        },
      },
    } as never);
    expect(given).toEqual({ result: 'found' });
    expect(seen).toEqual([[0, { query: 'q', arguments: { query: 'q', arguments: 'odd' } }]]);
  });

  it.each<[string, object, string[]]>([
    ['nothing', {}, []],
    ['a schema that is none', { parameters: { type: 'object', properties: { a: { type: 'strng' } } } }, ['error']],
    ['arguments that are no object', { parameters: { type: 'string' } }, ['error']],
    ['a promise that nobody can check', { effects: 'no' }, ['warning']],
  ])('is checked for %s', async (_name, more, severities) => {
    const workflow = { edges: [{ id: 'e', from: {}, to: { node: 't', port: 'result' } }] } as never;
    const about = { nodeId: 't', connected: new Set<string>(), prompts: new Map<string, string>(), workflow };
    const findings = await check(tool.config.parse({ name: 'x', description: 'x', ...more }), about);
    expect(findings.map(({ severity }) => severity)).toEqual(severities);
    const unwired = await check(config, { ...about, workflow: { edges: [] } as never });
    expect(unwired).toMatchObject([{ severity: 'warning', message: expect.stringContaining('“result”') }]);
  });
});
