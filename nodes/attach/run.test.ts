import { describe, expect, it } from 'vitest';
import type { Message } from '../../app/core/nodekit/index.ts';
import { runNode } from '../../test/kit/run-node.ts';
import { attach } from './manifest.ts';
import { run } from './run.ts';

const png = Buffer.from('\x89PNG\r\n\x1a\n and more', 'latin1').toString('base64');
const base64 = (text: string) => Buffer.from(text).toString('base64');
const image = { kind: 'image', mime: 'image/png', data: png };
const of = (data: unknown, more: object = {}, inputs: object = {}) =>
  runNode(attach, run, { config: more, inputs: { data: [data], ...inputs } });
const attached = async (data: unknown) => ((await of(data)).outputs['messages'] as Message[])[0]?.attachments;

describe('attach', () => {
  it.each<[string, unknown, object[]]>([
    ['a data: address', `data:image/png;base64,${png}`, [image]],
    ['one with a parameter and another name of the type', `data:image/x-png;charset=x;base64,${png}`, [image]],
    ['bare base64 of an image', ` ${png}\n`, [image]],
    ['an object', { data: png, name: 'a.png', mime: 'image/png' }, [{ ...image, name: 'a.png' }]],
    ['a list', [png, { data: png }], [image, image]],
    [
      'a text file by its name',
      { data: base64('a,b\n'), name: 'a.csv' },
      [{ kind: 'file', mime: 'text/csv', name: 'a.csv', data: base64('a,b\n') }],
    ],
    [
      'a text file by its type',
      `data:text/plain;base64,${base64('hi')}`,
      [{ kind: 'file', mime: 'text/plain', data: base64('hi') }],
    ],
    ['a PDF', base64('%PDF-1.4'), [{ kind: 'file', mime: 'application/pdf', data: base64('%PDF-1.4') }]],
  ])('takes %s', async (_, data, expected) => {
    expect(await attached(data)).toEqual(expected);
  });

  it.each<[string, unknown, string]>([
    ['a page that calls itself an image', { data: base64('<svg/>'), mime: 'image/png' }, 'attachment.type'],
    ['an image that calls itself text', { data: png, name: 'notes.md' }, 'attachment.type'],
    ['an image of another kind', `data:image/gif;base64,${png}`, 'attachment.type'],
    ['a program', { data: base64('MZ\0\0'), name: 'a.exe' }, 'attachment.type'],
    ['words that happen to be base64', 'hellohey', 'attachment.type'],
    ['words', 'What a day!', 'attachment.invalid'],
    ['an address that is not in base64', 'data:text/plain,hello', 'attachment.invalid'],
    ['nothing', '', 'attachment.invalid'],
    ['a number', 7, 'attachment.invalid'],
    ['an object without data', { url: 'https://example.com/a.png' }, 'attachment.invalid'],
    ['what looks like a prototype', JSON.parse('{"__proto__":{"data":"AAAA"}}'), 'attachment.invalid'],
  ])('refuses %s', async (_, data, code) => {
    await expect(of(data)).rejects.toMatchObject({ code });
    const { outputs } = await of(data, { onFault: 'skip' });
    expect(outputs['failures']).toMatchObject([{ code }]);
  });

  it('puts them into the last message of the user, and keeps what it carried', async () => {
    const messages = [
      { role: 'system', content: 'Look well.' },
      { role: 'user', content: 'First.' },
      { role: 'user', content: 'Second.', attachments: [{ ...image, name: 'old' }] },
      { role: 'assistant', content: 'Yes?' },
    ];
    const { outputs, detail } = await of(png, {}, { messages });
    expect(outputs['messages']).toEqual(
      messages.with(2, { ...messages[2], attachments: [{ ...image, name: 'old' }, image] } as never),
    );
    expect(detail).toMatchObject({ attached: [{ kind: 'image', mime: 'image/png', bytes: 17 }], failures: 0 });
    expect(detail['tokens']).toBeGreaterThan(100);
  });

  it('makes a message when there is none', async () => {
    expect((await of(png, {}, { text: 'What is it?' })).outputs['messages']).toEqual([
      { role: 'user', content: 'What is it?', attachments: [image] },
    ]);
  });

  it('reads files of the workspace', async () => {
    const asked: unknown[] = [];
    const given = (failures: object[], config: object) =>
      runNode(attach, run, {
        config: { files: ['*.png'], ...config },
        cap: {
          documents: {
            attach: async (request) => {
              asked.push(request);
              return { attachments: [{ ...image, name: 'a.png' } as never], failures: failures as never };
            },
          },
        },
      });
    const { outputs } = await given([], { maxFiles: 3 });
    expect(asked).toEqual([{ patterns: ['*.png'], maxFiles: 3, maxFileBytes: 5_242_880 }]);
    expect((outputs['messages'] as Message[])[0]?.attachments).toEqual([{ ...image, name: 'a.png' }]);
    const bad = { file: 'b.png', code: 'attachment.type', message: 'It is a page.' };
    await expect(given([bad], {})).rejects.toMatchObject({
      code: 'attachment.type',
      where: 'node node1, documents/b.png',
    });
    expect((await given([bad], { onFault: 'skip' })).outputs['failures']).toEqual([bad]);
  });

  it('bounds size, number and sum', async () => {
    const big = base64(`%PDF-${'x'.repeat(2000)}`);
    await expect(of(big, { maxFileBytes: 1024 })).rejects.toMatchObject({ code: 'attachment.too_large' });
    await expect(of([png, png, png], { maxFiles: 2 })).rejects.toMatchObject({ code: 'attachment.too_large' });
    const heavy = base64(`%PDF-${'x'.repeat(18_000_000)}`);
    await expect(of([heavy, heavy], { maxFileBytes: 20_000_000 })).rejects.toMatchObject({
      code: 'attachment.too_large',
    });
  });

  it('reads what its patterns name', () => {
    expect(attach.reads?.(attach.config.parse({ files: ['a', 'b'] }))).toEqual([
      { kind: 'documents', name: 'a', field: 'files' },
      { kind: 'documents', name: 'b', field: 'files' },
    ]);
  });
});
