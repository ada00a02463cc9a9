import { describe, expect, it } from 'vitest';
import type { HttpRequest, HttpResponse } from '../../app/core/capabilities/capabilities.ts';
import { runNode } from '../../test/kit/run-node.ts';
import { check } from './check.ts';
import { httpRequest } from './manifest.ts';
import { run } from './run.ts';

interface Sent {
  by: string;
  request: HttpRequest;
}
function server(answer: Partial<HttpResponse>) {
  const sent: Sent[] = [];
  const method = (by: string) => async (request: HttpRequest) => {
    sent.push({ by, request });
    return { status: 200, headers: {}, bytes: 0, origins: ['https://e.example'], ms: 1, ...answer };
  };
  return { sent, http: { read: method('read'), send: method('send'), sendOnce: method('sendOnce') } };
}
const url = 'https://e.example/a';
const json = (text: string): Partial<HttpResponse> => ({ text, headers: { 'content-type': 'application/json' } });
type Config = Parameters<typeof httpRequest.config.parse>[0];
const ask = (config: object, answer: Partial<HttpResponse> = json('{"a":1}'), inputs = {}) => {
  const { sent, http } = server(answer);
  const given = { config: { url, ...config } as never, inputs, cap: { http } };
  return runNode(httpRequest, run, given).then((result) => ({ ...result, sent }));
};

describe('what is sent', () => {
  it('is filled with values that stay data', async () => {
    const { sent } = await ask(
      {
        method: 'POST',
        url: 'https://e.example/{{ id }}',
        variables: ['id', 'tags'],
        headers: { 'X-Id': 'id {{ id }}' },
        body: { kind: 'json', value: { id: '{{ id }}', all: '{{tags}}', said: ['so: {{ id }}', 7, null] } },
        secrets: [{ secret: 'TOKEN' }],
      },
      json('{}'),
      { id: 'a"}/b', tags: ['x', { y: 1 }] },
    );
    expect(sent[0]?.request).toMatchObject({
      method: 'POST',
      url: 'https://e.example/a%22%7D%2Fb',
      headers: { accept: '*/*', 'content-type': 'application/json', 'x-id': 'id a"}/b' },
      onStatus: 'fail',
      secrets: [{ header: 'Authorization', prefix: 'Bearer ', secret: 'TOKEN' }],
    });
    expect(JSON.parse(sent[0]?.request.body ?? '')).toEqual({
      id: 'a"}/b',
      all: ['x', { y: 1 }],
      said: ['so: a"}/b', 7, null],
    });
  });

  it('is a form, a text, or what a wire brings', async () => {
    const form = { kind: 'form', fields: { 'a b': '{{ v }}', c: 'd' } };
    const sentBy = async (config: object, inputs: object) =>
      (await ask({ method: 'PUT', ...config }, json('{}'), inputs)).sent[0]?.request;
    expect(await sentBy({ body: form, variables: ['v'] }, { v: '1&2 =3' })).toMatchObject({
      body: 'a+b=1%262+%3D3&c=d',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    const text = { kind: 'text', text: '<v>{{ v }}</v>', type: 'text/xml' };
    expect(await sentBy({ body: text, variables: ['v'] }, { v: 'x' })).toMatchObject({
      body: '<v>x</v>',
      headers: { 'content-type': 'text/xml' },
    });
    expect(await sentBy({ body: text, variables: [] }, { body: 'plain' })).toMatchObject({ body: 'plain' });
    expect(await sentBy({}, { body: { a: [1] } })).toMatchObject({
      body: '{"a":[1]}',
      headers: { 'content-type': 'application/json' },
    });
  });

  it.each([
    ['GET', {}, 'read'],
    ['HEAD', {}, 'read'],
    ['PUT', {}, 'send'],
    ['DELETE', {}, 'send'],
    ['POST', {}, 'sendOnce'],
    ['PATCH', {}, 'sendOnce'],
    ['POST', { idempotencyHeader: 'Idempotency-Key' }, 'send'],
  ])('goes by %s %j as %s', async (method, more, by) => {
    expect((await ask({ method, ...more })).sent[0]?.by).toBe(by);
  });

  it('is only shown in a dry run', async () => {
    const { sent, outputs } = await ask({ method: 'POST', dryRun: true, secrets: [{ secret: 'TOKEN' }] });
    expect(sent).toEqual([]);
    expect(outputs).toMatchObject({ request: { method: 'POST', url, secrets: [{ secret: 'TOKEN' }] } });
    expect(outputs).not.toHaveProperty('body');
  });
});

describe('the answer', () => {
  it.each([
    ['any', json('{"a":1}'), { a: 1 }],
    ['any', json('{"a":'), '{"a":'],
    ['any', { text: 'hello', headers: { 'content-type': 'text/plain' } }, 'hello'],
    ['any', { text: '[1]', headers: { 'content-type': 'application/problem+json; charset=utf-8' } }, [1]],
    ['any', { base64: 'AAE=', headers: { 'content-type': 'image/png; q=1' } }, 'data:image/png;base64,AAE='],
    ['any', {}, undefined],
    ['text', {}, ''],
    ['text', json('{"a":1}'), '{"a":1}'],
    ['json', { text: '7' }, 7],
  ])('wanted as %s from %j is %j', async (answer, given, expected) => {
    expect((await ask({ answer }, given)).outputs['body']).toEqual(expected);
  });

  it.each([
    ['json', { text: '<html>' }],
    ['json', {}],
    ['json', { base64: 'AAE=' }],
    ['text', { base64: 'AAE=' }],
  ])('wanted as %s and given as %j fails', async (answer, given) => {
    await expect(ask({ answer }, given)).rejects.toMatchObject({ code: 'http.answer' });
  });
});

describe('what it reaches', () => {
  const reaches = (config: object) =>
    httpRequest
      .reaches?.(httpRequest.config.parse({ url, ...config } as Config))
      .map((r) => `${r.ability}:${r.target}`);
  it('stands in its config', () => {
    expect(reaches({ secrets: [{ secret: 'TOKEN' }] })).toEqual(['network:e.example', 'secret:TOKEN']);
    expect(reaches({ url: '{{ u }}', hosts: ['A.example', '*.b.example'] })).toEqual([
      'network:a.example',
      'network:*.b.example',
    ]);
    expect(reaches({ url: 'http://localhost:99/' })).toEqual(['local-network:http://localhost:99']);
  });
});

describe('its check', () => {
  const findings = async (config: object) => {
    const parsed = httpRequest.config.parse({ url, ...config } as Config);
    const about = { nodeId: 'n', connected: new Set<string>(), workflow: {} as never, prompts: new Map() };
    return (await check(parsed, about)).map(({ severity, field }) => `${severity} ${field}`);
  };
  it.each([
    [{}, []],
    [{ url: 'https://{{ h }}/', variables: ['h'] }, ['error url']],
    [{ url: '{{ u }}', variables: ['u'] }, ['error hosts']],
    [{ url: '{{ u }}', variables: ['u'], hosts: ['a/b'] }, ['error hosts[0]']],
    [{ url: '{{ u }}', variables: ['u'], hosts: ['a.example'] }, []],
    [{ url: `${url}/{{ x` }, ['error url']],
    [{ url: `${url}/{{ x }}` }, ['error url']],
    [{ variables: ['x'] }, ['warning variables']],
    [{ headers: { Authorization: 'Bearer abc' } }, ['warning headers.Authorization']],
    [{ headers: { 'X-Api-Key': 'abc' } }, ['warning headers.X-Api-Key']],
    [{ body: { kind: 'json', value: { a: ['{{ y }}'] } }, method: 'POST' }, ['error body.value.a[0]']],
    [{ body: { kind: 'text', text: 'x' } }, ['warning body']],
  ])('%j: %j', async (config, expected) => {
    expect(await findings(config)).toEqual(expected);
  });
});
