import { describe, expect, it } from 'vitest';
import type { CallAbout, HttpRequest } from '../../core/capabilities/capabilities.ts';
import { AppError } from '../../core/errors/app-error.ts';
import { covers, parseReach } from '../../core/policy/reach.ts';
import { createSecretRedactor } from '../models/secret-redactor.ts';
import type { EgressAnswer, EgressRequest } from './egress.ts';
import { createHttpCalls } from './http-calls.ts';
import { ownersAddresses, publicAddresses } from './open-request.ts';
import { readTarget } from './target.ts';

const SECRET = 'value-of-the-secret';
const about = { runId: 'run_1', step: 'ask', workflowHash: 'hash' } as CallAbout;

function calls(granted: string[], answer: Partial<EgressAnswer> | AppError = {}) {
  const sent: EgressRequest[] = [];
  const http = createHttpCalls({
    async egress(request) {
      request.admit(readTarget(request.url));
      sent.push(request);
      if (answer instanceof AppError) throw answer;
      return { status: 200, headers: {}, body: Buffer.from(''), origins: [readTarget(request.url).origin], ...answer };
    },
    allows: (hash, wanted) => hash === 'hash' && granted.some((text) => covers(parseReach(text), wanted)),
    secretFor: (name, origin) => (name === 'KEY' && origin === 'https://a.example' ? SECRET : undefined),
    redact: createSecretRedactor([SECRET]).known,
    now: () => 0,
    elapsed: () => 0,
  });
  const ask = (more: Partial<HttpRequest> = {}, method: 'read' | 'send' | 'sendOnce' = 'read', key?: string) =>
    http[method](
      {
        ...{ method: 'GET', url: 'https://a.example/x', headers: {}, secrets: [], onStatus: 'fail' },
        ...{ timeoutMs: 1000, maxBytes: 1000, maxRedirects: 3 },
        ...more,
      },
      { about, ...(key !== undefined && { idempotencyKey: key }) },
    );
  return { ask, sent };
}
const all = ['network:a.example', 'secret:KEY'];
const header = { header: 'X-Key', prefix: 'Token ', secret: 'KEY' };

describe('what may be reached', () => {
  it('is what was granted to this very content', async () => {
    await calls(all).ask();
    for (const granted of [[], ['network:b.example'], ['network:http://a.example']])
      await expect(calls(granted).ask()).rejects.toMatchObject({
        code: 'grant.missing',
        data: { command: 'pipewright grants add run_1 --host a.example' },
      });
    const { ask } = calls(all);
    about.workflowHash = 'changed';
    await expect(ask()).rejects.toMatchObject({ code: 'grant.missing' });
    about.workflowHash = 'hash';
  });

  it('is the internet, or the local network where that was granted', async () => {
    const admits = async (granted: string) => {
      const { ask, sent } = calls([granted]);
      await ask();
      return sent[0]?.admit(readTarget('https://a.example/'));
    };
    expect(await admits('network:a.example')).toBe(publicAddresses);
    expect(await admits('local-network:a.example')).toBe(ownersAddresses);
  });

  it('is asked for anew at a redirect', async () => {
    const { ask, sent } = calls(all);
    await ask();
    expect(() => sent[0]?.admit(readTarget('https://b.example/'))).toThrow(
      expect.objectContaining({ code: 'grant.missing' }),
    );
  });

  it('names the grant for a name that turns out to be local, and none for what is never reached', async () => {
    const local = new AppError('egress.address', { message: 'x', data: { grantable: 'https://a.example' } });
    await expect(calls(all, local).ask()).rejects.toMatchObject({
      code: 'grant.missing',
      data: { command: 'pipewright grants add run_1 --local-host a.example' },
    });
    const never = new AppError('egress.address', { message: 'x', data: { kind: 'metadata' } });
    await expect(calls(all, never).ask()).rejects.toMatchObject({ code: 'egress.address' });
  });
});

describe('a secret', () => {
  it('is put in on the way out only, with a grant, for its host', async () => {
    const { ask, sent } = calls(all);
    await ask({ secrets: [header] });
    expect(sent[0]?.headers).toEqual({ 'x-key': `Token ${SECRET}` });
    await expect(calls(['network:a.example']).ask({ secrets: [header] })).rejects.toMatchObject({
      code: 'grant.missing',
      data: { missing: ['secret:KEY'] },
    });
    await expect(
      calls(['network:b.example', 'secret:KEY']).ask({ url: 'https://b.example/', secrets: [header] }),
    ).rejects.toMatchObject({ code: 'secret.missing' });
  });

  it('may be the rest of the address', async () => {
    for (const url of ['https://a.example/hook', 'https://a.example/hook/']) {
      const { ask, sent } = calls(all);
      await ask({ url, urlSecret: 'KEY' });
      expect(sent[0]?.url).toBe(`https://a.example/hook/${SECRET}`);
    }
  });

  it('does not come back, as text, bytes or header', async () => {
    const echo = async (type: string, body: string) =>
      calls(all, { headers: { 'content-type': type, 'x-echo': SECRET }, body: Buffer.from(body) }).ask();
    expect(await echo('text/plain', `so ${SECRET}`)).toMatchObject({
      text: 'so [secret]',
      headers: { 'x-echo': '[secret]' },
    });
    expect(await echo('application/json', `{"hex":"${Buffer.from(SECRET).toString('hex')}"}`)).toMatchObject({
      text: '{"hex":"[secret]"}',
    });
    const { base64 = '' } = await echo('image/png', `\u0001${SECRET}\u0002`);
    expect(Buffer.from(base64, 'base64').toString()).toBe('\u0001[secret]\u0002');
    await expect(
      calls(all, { status: 401, headers: { 'content-type': 'text/plain' }, body: Buffer.from(`no ${SECRET}`) }).ask(),
    ).rejects.toMatchObject({ code: 'http.unauthorized', message: 'The server answered 401: no [secret]' });
  });
});

describe('an answer', () => {
  it('that is no text stays as it is', async () => {
    const bytes = Buffer.from([0, 255, 128, 1]);
    const given = await calls(all, { headers: { 'content-type': 'image/png' }, body: bytes }).ask();
    expect(given).toMatchObject({ base64: bytes.toString('base64'), bytes: 4 });
    const broken = await calls(all, { headers: { 'content-type': 'text/plain' }, body: bytes }).ask();
    expect(broken).toMatchObject({ base64: bytes.toString('base64') });
  });

  it('is read in the encoding that it names', async () => {
    const headers = { 'content-type': 'text/plain; charset="iso-8859-1"' };
    expect(await calls(all, { headers, body: Buffer.from([0xfc]) }).ask()).toMatchObject({ text: 'ü' });
  });

  it('of 400 and above fails the call, or is one like any other', async () => {
    await expect(calls(all, { status: 429, headers: { 'retry-after': '2' } }).ask()).rejects.toMatchObject({
      code: 'http.too_many_requests',
      data: { retryAfterMs: 2000 },
    });
    expect(await calls(all, { status: 429 }).ask({ onStatus: 'pass' })).toMatchObject({ status: 429 });
  });
});

describe('a request', () => {
  it('that must not be made twice says so when it fails', async () => {
    const sent = new AppError('egress.reset', { message: 'x', data: { sent: true } });
    await expect(calls(all, sent).ask({}, 'sendOnce')).rejects.toMatchObject({ data: { exhausted: true } });
    await expect(calls(all, sent).ask({}, 'send')).rejects.toSatisfy((error: AppError) => !error.data?.['exhausted']);
  });

  it('tells its key where the server takes one', async () => {
    const { ask, sent } = calls(all);
    await ask({ idempotencyHeader: 'Idempotency-Key' }, 'send', 'k1');
    await ask({}, 'send', 'k1');
    expect(sent.map(({ headers }) => headers)).toEqual([{ 'idempotency-key': 'k1' }, {}]);
  });

  it.each([
    ['host', 'a'],
    ['Content-Length', '1'],
    ['transfer-encoding', 'chunked'],
    ['cookie', 'a=b'],
    ['proxy-authorization', 'x'],
    ['x y', 'a'],
    ['x', 'a\r\nx-evil: 1'],
    ['x', 'a\nb'],
    ['x', 'ƒ'],
  ])('has no header %j: %j', async (name, value) => {
    const { ask, sent } = calls(all);
    await expect(ask({ headers: { [name]: value } })).rejects.toMatchObject({ code: 'http.header' });
    expect(sent).toEqual([]);
  });
});
