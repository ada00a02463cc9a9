import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createModelGateway } from '../../../app/adapters/models/gateway.ts';
import type { Attachment, Message } from '../../../app/core/graph/values.ts';
import { Profile } from '../../../app/core/workspace/workspace-config.ts';
import { type Dialect, dialects } from '../../kit/providers/dialects.ts';
import { type ProviderServer, startProviderServer } from '../../kit/providers/provider-server.ts';

const png = Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), Buffer.alloc(30, 7)]).toString('base64');
const pdf = Buffer.from('%PDF-1.7 one page').toString('base64');
const image: Attachment = { kind: 'image', mime: 'image/png', name: 'shelf.png', data: png };
const file: Attachment = { kind: 'file', mime: 'application/pdf', name: 'offer.pdf', data: pdf };
const table: Attachment = {
  kind: 'file',
  mime: 'text/csv',
  name: 'stock.csv',
  data: Buffer.from('tea,3\nmaté,4\n').toString('base64'),
};

/** Where each protocol wants the words, an image and a PDF of one message, after its public reference. */
const expected: { [provider in Dialect['provider']]: { image: object; file?: object } } = {
  'openai-compatible': {
    image: {
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'What is it?' },
            { type: 'image_url', image_url: { url: `data:image/png;base64,${png}` } },
          ],
        },
      ],
    },
    file: {
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'What is it?' },
            { type: 'file', file: { filename: 'offer.pdf', file_data: `data:application/pdf;base64,${pdf}` } },
          ],
        },
      ],
    },
  },
  anthropic: {
    image: {
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'What is it?' },
            { type: 'image', source: { type: 'base64', media_type: 'image/png', data: png } },
          ],
        },
      ],
    },
    file: {
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'What is it?' },
            {
              type: 'document',
              source: { type: 'base64', media_type: 'application/pdf', data: pdf },
              title: 'offer.pdf',
            },
          ],
        },
      ],
    },
  },
  google: {
    image: {
      contents: [
        { role: 'user', parts: [{ text: 'What is it?' }, { inlineData: { mimeType: 'image/png', data: png } }] },
      ],
    },
    file: {
      contents: [
        { role: 'user', parts: [{ text: 'What is it?' }, { inlineData: { mimeType: 'application/pdf', data: pdf } }] },
      ],
    },
  },
  ollama: { image: { messages: [{ role: 'user', content: 'What is it?', images: [png] }] } },
};

let server: ProviderServer;
beforeAll(async () => {
  server = await startProviderServer();
});
afterAll(() => server.close());

describe.each(dialects.map((dialect) => [dialect.provider, dialect] as const))('attachments over %s', (_, dialect) => {
  const gateway = (more: object = {}) =>
    createModelGateway({
      profiles: {
        eyes: Profile.parse({
          use: 'chat',
          provider: dialect.provider,
          model: 'some-model',
          baseUrl: server.url + dialect.basePath,
          secret: 'K',
          ...more,
        }),
      },
      secrets: () => 'key',
      clock: { now: () => 0, elapsed: () => performance.now(), sleep: async () => undefined },
    });
  const ask = (attachments: Attachment[], more: object = {}, role: Message['role'] = 'user') => {
    server.script(dialect.answer({ pieces: ['A shelf.'] }));
    return gateway(more).generate({ profile: 'eyes', messages: [{ role, content: 'What is it?', attachments }] });
  };
  const sent = () => server.requests[0]?.body;

  it('sends an image in the form of the protocol', async () => {
    expect((await ask([image])).text).toBe('A shelf.');
    expect(sent()).toMatchObject(expected[dialect.provider].image);
  });

  it('sends a PDF where the protocol carries files, and refuses it unsent elsewhere', async () => {
    const { file: form } = expected[dialect.provider];
    if (form === undefined) {
      await expect(ask([file])).rejects.toMatchObject({ code: 'provider.capability', data: { ability: 'files' } });
      expect(server.requests).toHaveLength(0);
    } else {
      await ask([file]);
      expect(sent()).toMatchObject(form);
    }
  });

  it('writes a text file into the message, whatever the profile takes', async () => {
    await ask([table], { images: false, files: false });
    const text = 'What is it?\n\nFile stock.csv:\n\ntea,3\nmaté,4\n';
    expect(JSON.stringify(sent())).toContain(JSON.stringify(text).slice(1, -1));
  });

  it('keeps the order of messages and sends two images with theirs', async () => {
    server.script(dialect.answer({ pieces: ['ok'] }));
    await gateway().generate({
      profile: 'eyes',
      messages: [
        { role: 'user', content: 'First.' },
        { role: 'assistant', content: 'Yes?' },
        { role: 'user', content: 'Compare.', attachments: [image, { ...image, data: 'AAAA' }] },
      ],
    });
    const text = JSON.stringify(sent());
    expect(text.indexOf('First.')).toBeLessThan(text.indexOf('Compare.'));
    expect(text.indexOf('Compare.')).toBeLessThan(text.indexOf(png));
    expect(text.indexOf(png)).toBeLessThan(text.indexOf('AAAA'));
    if (dialect.provider === 'ollama') expect(sent().messages).toHaveLength(3);
  });

  it.each<[string, Attachment, object, Message['role'], string]>([
    ['an image where the profile says no', image, { images: false }, 'user', 'provider.capability'],
    ['a type that the protocol lacks', { ...image, mime: 'image/bmp' }, {}, 'user', 'provider.capability'],
    ['an attachment of the assistant', image, {}, 'assistant', 'provider.invalid_request'],
    ['what is no base64', { ...image, data: 'not base64!' }, {}, 'user', 'provider.invalid_request'],
  ])('refuses %s, unsent', async (_name, attachment, more, role, code) => {
    await expect(ask([attachment], more, role)).rejects.toMatchObject({ code });
    expect(server.requests).toHaveLength(0);
  });

  it('counts an image towards the window', async () => {
    const small = { contextWindow: 900 };
    await expect(ask([image], small)).rejects.toMatchObject({ code: 'provider.context_window' });
    await ask([], small);
  });

  it('tells its abilities', async () => {
    const files = expected[dialect.provider].file !== undefined;
    expect((await gateway().info('eyes')).abilities).toMatchObject({ images: true, files });
    expect((await gateway({ images: false }).info('eyes')).abilities).toMatchObject({ images: false, files });
  });
});

it('the built-in reader refuses what it cannot look at', async () => {
  const reader = createModelGateway({
    profiles: { reader: Profile.parse({ use: 'chat', provider: 'built-in', model: 'extractive-reader' }) },
    secrets: () => undefined,
    clock: { now: () => 0, elapsed: () => 0, sleep: async () => undefined },
  });
  const context = { text: '', chunks: [], tokens: 0, dropped: [] };
  await expect(
    reader.generate({
      profile: 'reader',
      messages: [{ role: 'user', content: 'What is it?', attachments: [image] }],
      context,
    }),
  ).rejects.toMatchObject({ code: 'provider.capability', message: expect.stringContaining('shelf.png') });
});
