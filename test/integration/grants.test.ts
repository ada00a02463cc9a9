import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runHere } from '../kit/run-here.ts';

const folder = mkdtempSync(join(tmpdir(), 'pipewright-grants-'));
const workspace = join(folder, 'ws');
const seen: { method: string; path: string; headers: IncomingHttpHeaders }[] = [];
let statuses: number[] = [];
let host = '';
const server = createServer((incoming, outgoing) => {
  seen.push({ method: incoming.method ?? '', path: incoming.url ?? '', headers: incoming.headers });
  outgoing.writeHead(statuses.shift() ?? 200, { 'content-type': 'application/json' });
  outgoing.end(JSON.stringify({ got: incoming.url, echo: incoming.headers.authorization ?? null }));
});

const command = (args: string[], more: { input?: string; env?: { [name: string]: string } } = {}) =>
  runHere(args, { cwd: workspace, ...more });
const flow = (config: object) => ({
  format: 1,
  id: 'wf_orders',
  name: 'Orders',
  inputs: { id: { type: 'text' } },
  outputs: { order: { type: 'any' } },
  nodes: [
    { id: 'id', type: 'input', version: 1, config: { name: 'id' } },
    {
      id: 'ask',
      type: 'http-request',
      version: 1,
      config: { url: `${host}/orders/{{ id }}`, variables: ['id'], ...config },
    },
    { id: 'order', type: 'output', version: 1, config: { name: 'order' } },
  ],
  edges: [
    { id: 'e1', from: { node: 'id', port: 'value' }, to: { node: 'ask', port: 'id' } },
    { id: 'e2', from: { node: 'ask', port: 'body' }, to: { node: 'order', port: 'value' } },
  ],
});
const save = (name: string, workflow: object) =>
  writeFileSync(join(workspace, `workflows/${name}.flow.json`), JSON.stringify(workflow));
const ask = ['run', 'orders', '--input', 'id=7'];

beforeAll(async () => {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  host = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  expect((await runHere(['init', 'ws'], { cwd: folder })).code).toBe(0);
  save('orders', flow({ secrets: [{ secret: 'SHOP_TOKEN' }] }));
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

it('a run reaches nothing before its user has allowed it, by the command that the error names', async () => {
  expect((await command(['validate', 'orders'])).code).toBe(0);
  const refused = await command([...ask, '--json']);
  expect(refused.code).toBe(5);
  const { error } = JSON.parse(refused.stdout);
  expect(error).toMatchObject({
    code: 'grant.missing',
    data: { missing: [`local-network:${host}`, 'secret:SHOP_TOKEN'] },
  });
  expect(seen).toEqual([]);

  // For people, on a line that can be copied however narrow the terminal is.
  expect((await command(ask)).stderr.split('\n')).toContain(`command: ${error.data.command}`);
  const [program, ...args] = error.data.command.split(' ');
  expect(program).toBe('pipewright');
  expect((await command(args)).stdout).toContain('“Orders” may now use the secret SHOP_TOKEN.');
  expect((await command(['grants', 'list', 'orders'])).stdout).not.toContain('missing');

  // The secret is neither set nor bound.
  expect((await command([...ask])).stderr).toContain('secret.missing');
  expect((await command([...ask], { env: { SHOP_TOKEN: 'value-of-the-token' } })).stderr).toContain('secret.unbound');
  expect(seen).toEqual([]);

  const set = await command(['secrets', 'set', 'SHOP_TOKEN', '--host', host], { input: 'value-of-the-token\n' });
  expect(set.stdout).toContain(`it goes to ${host} and nowhere else`);
  const done = await command(ask);
  expect([done.code, JSON.parse(done.stdout)]).toEqual([0, { got: '/orders/7', echo: 'Bearer [secret]' }]);
  expect(seen.map(({ headers }) => headers.authorization)).toEqual(['Bearer value-of-the-token']);
  expect((await command(['replay', 'last'])).code).toBe(0);
  expect(seen).toHaveLength(1);
});

it('a changed workflow has no grants, and the old ones stay with the old content', async () => {
  const before = readFileSync(join(workspace, 'workflows/orders.flow.json'), 'utf8');
  save('orders', flow({ secrets: [{ secret: 'SHOP_TOKEN' }], url: `${host}/elsewhere/{{ id }}` }));
  expect((await command(ask)).stderr).toContain('grant.missing');
  writeFileSync(join(workspace, 'workflows/orders.flow.json'), before);
  expect((await command(ask)).code).toBe(0);
});

it('a grant is taken back, and given for one command or one environment', async () => {
  expect((await command(['grants', 'revoke', 'orders', '--secret', 'SHOP_TOKEN'])).code).toBe(0);
  expect((await command(ask)).stderr).toContain('to use the secret SHOP_TOKEN, and nobody');
  expect((await command([...ask, '--grant', 'secret:SHOP_TOKEN'])).code).toBe(0);
  expect((await command(ask, { env: { PIPEWRIGHT_GRANTS: 'secret:SHOP_TOKEN' } })).code).toBe(0);
  expect((await command(['grants', 'revoke', 'orders'])).code).toBe(0);
  expect((await command(['grants', 'revoke', 'orders'])).code).toBe(4);
  expect((await command(['grants', 'list', '--json'])).stdout.trim()).toBe('[]');
  expect((await command(['grants', 'add', 'orders', '--host', 'other.example'])).stderr).toContain('grant.invalid');
  expect((await command([...ask, '--grant', 'shell:ls'])).stderr).toContain('grant.invalid');
});

it('a vault with a passphrase is made and opened by the environment where nobody can be asked', async () => {
  const home = { PIPEWRIGHT_HOME: join(folder, 'other-home') };
  const set = (env: { [name: string]: string }) =>
    command(['secrets', 'set', 'KEY', '--host', 'a.example', '--passphrase'], { input: 'a-value\n', env });
  expect((await set(home)).stderr).toContain('secrets.locked');
  expect((await set({ ...home, PIPEWRIGHT_VAULT_PASSPHRASE: 'short' })).stderr).toContain('too short');
  const words = { ...home, PIPEWRIGHT_VAULT_PASSPHRASE: 'four unrelated words here' };
  expect((await set(words)).code).toBe(0);
  const bind = (env: { [name: string]: string }) => command(['secrets', 'bind', 'KEY', '--host', 'b.example'], { env });
  expect((await bind(home)).stderr).toContain('secrets.locked');
  expect((await bind({ ...words, PIPEWRIGHT_VAULT_PASSPHRASE: 'four other words here' })).stderr).toContain(
    'does not open',
  );
  expect((await bind(words)).code).toBe(0);
  const list = await command(['secrets', 'list', '--json'], { env: home });
  expect(JSON.parse(list.stdout)).toEqual([{ name: 'KEY', value: 'vault', hosts: ['b.example'] }]);
});

it('a request with an idempotency key has the same one when it is tried again; without one it is not tried again', async () => {
  const grant = ['--grant', `local-network:${host}`];
  const retry = { retry: { baseMs: 1, maxMs: 2 } };
  const post = (config: object) => {
    const workflow = flow({ method: 'POST', ...config });
    Object.assign(workflow.nodes[1] as object, { policy: retry });
    save('post', workflow);
    seen.length = 0;
    return command(['run', 'post', '--input', 'id=7', ...grant]);
  };
  statuses = [500, 502];
  expect((await post({ idempotencyHeader: 'Idempotency-Key' })).code).toBe(0);
  const keys = seen.map(({ headers }) => headers['idempotency-key']);
  expect([keys.length, new Set(keys).size, keys[0]?.toString().length]).toEqual([3, 1, 64]);

  statuses = [500];
  const failed = await post({});
  expect([failed.code, seen.length]).toEqual([1, 1]);
  expect(failed.stderr).toContain('http.server_error');

  statuses = [503];
  expect([(await post({})).code, seen.length]).toEqual([0, 2]);
});
