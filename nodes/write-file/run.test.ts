import { describe, expect, it } from 'vitest';
import type { WriteFileRequest } from '../../app/core/capabilities/capabilities.ts';
import { runNode } from '../../test/kit/run-node.ts';
import { check } from './check.ts';
import { writeFile } from './manifest.ts';
import { run } from './run.ts';

async function written(config: object, content: unknown, inputs = {}): Promise<WriteFileRequest> {
  const requests: WriteFileRequest[] = [];
  const files = {
    write: async (request: WriteFileRequest) => {
      requests.push(request);
      return { path: `${request.folder}/${request.path}`, bytes: 1, written: true };
    },
  };
  const given = { config: { folder: 'out', file: 'a.txt', ...config }, inputs: { content, ...inputs }, cap: { files } };
  const { outputs } = await runNode(writeFile, run, given);
  const [request] = requests as [WriteFileRequest];
  expect(outputs).toEqual({ path: `out/${request.path}`, bytes: 1 });
  return request;
}
const text = async (config: object, content: unknown) => (await written(config, content)).content;

describe('what is written', () => {
  it.each([
    ['auto', 'as it is', { text: 'as it is' }],
    ['auto', { a: 1 }, { text: '{\n  "a": 1\n}\n' }],
    ['auto', 'data:image/png;base64,AAEC', { base64: 'AAEC' }],
    ['auto', 'data:image/png;base64,not base64!', { text: 'data:image/png;base64,not base64!' }],
    ['text', 'data:image/png;base64,AAEC', { text: 'data:image/png;base64,AAEC' }],
    ['text', [1], { text: '[1]' }],
    ['json', 'x', { text: '"x"\n' }],
    ['lines', [{ a: 1 }, 'x'], { text: '{"a":1}\n"x"\n' }],
    ['lines', 7, { text: '7\n' }],
    ['csv', [{ a: 1, b: '=x' }, { c: 'y' }], { text: "a,b,c\n1,'=x,\n,,y\n" }],
    ['csv', [['a', 2], []], { text: 'a,2\n\n' }],
    ['csv', { columns: ['b', 'a'], rows: [{ a: 1, b: 2 }], truncated: false }, { text: 'b,a\n2,1\n' }],
  ])('%s of %j is %j', async (format, content, expected) => {
    expect(await text({ format }, content)).toEqual(expected);
  });

  it('has no heads where rows are added, and is refused where it makes no rows', async () => {
    expect(await text({ format: 'csv', mode: 'append' }, [{ a: 1 }])).toEqual({ text: '1\n' });
    for (const content of ['x', [1, 2], [[1], { a: 1 }]])
      await expect(written({ format: 'csv' }, content)).rejects.toMatchObject({ code: 'file.content' });
  });
});

describe('the name of the file', () => {
  it.each([
    ['plain', 'plain'],
    ['a/b', 'a_b'],
    ['../../etc/passwd', '__.._etc_passwd'],
    ['..', '_'],
    ['.env', '_env'],
    ['C:\\x', 'C__x'],
    ['a\0\n"<b>', 'a____b_'],
    ['', '_'],
    ['x. . ', 'x'],
    [7, '7'],
    ['x'.repeat(300), 'x'.repeat(120)],
  ])('made of %j', async (id, expected) => {
    const { path } = await written({ file: 'day/{{ id }}.md', variables: ['id'] }, 'x', { id });
    expect(path).toBe(`day/${expected}.md`);
  });
});

describe('its check', () => {
  it.each([
    [{}, []],
    [{ folder: '../x' }, ['folder']],
    [{ folder: 'workflows' }, ['folder']],
    [{ file: '../a' }, ['file']],
    [{ file: '{{ id' }, ['file']],
    [{ file: '{{ id }}' }, ['file']],
    [{ file: '{{ id }}', variables: ['id'] }, []],
  ])('%j: %j', async (config, expected) => {
    const parsed = writeFile.config.parse({ folder: 'out', file: 'a.txt', ...config });
    const about = { nodeId: 'n', connected: new Set<string>(), workflow: {} as never, prompts: new Map() };
    expect((await check(parsed, about)).map(({ field }) => field)).toEqual(expected);
  });
  it('and its reach agree on the folder', () => {
    expect(writeFile.reaches?.(writeFile.config.parse({ folder: 'out/', file: 'a' }))).toEqual([
      { ability: 'write', target: 'out' },
    ]);
  });
});
