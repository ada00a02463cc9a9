import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { ContractClient } from '../../app/core/contracts/client.ts';
import { copyWorkspaceFiles } from '../kit/copy-workspace-files.ts';
import { app, type MessagePortMain, world } from '../kit/electron/fake-electron.ts';

vi.mock('electron', () => import('../kit/electron/fake-electron.ts'));

const root = resolve(import.meta.dirname, '../..');
const scratch = mkdtempSync(join(tmpdir(), 'pipewright-desktop-'));
const { EngineProcess } = await import('../../app/hosts/electron/engine-process.ts');

beforeAll(() => {
  copyWorkspaceFiles(join(root, 'workflows/samples/support'), join(scratch, 'support'));
  world.engineModule = new URL('../../app/hosts/electron/engine.ts', import.meta.url);
  world.becomeReady();
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

async function clientOf(port: MessagePortMain): Promise<ContractClient> {
  // The page's end of the port, as the page has it.
  const client: ContractClient = createORPCClient(new RPCLink({ port: port.port }));
  port.port.start();
  return client;
}

it('serves the contract of a workspace over a port, and ends in order', async () => {
  const ready = Promise.withResolvers<{ folder: string; name: string }>();
  const folder = join(scratch, 'support');
  const engine = new EngineProcess(folder, {
    ready: ready.resolve,
    refused: ({ message }) => ready.reject(new Error(message)),
    lost: () => ready.reject(new Error('the engine ended')),
  });
  expect(await ready.promise).toMatchObject({ folder });
  const client = await clientOf((await engine.connect()) as unknown as MessagePortMain);
  const workflows = await client.workflow.list({});
  expect(workflows.length).toBeGreaterThan(0);
  await expect(client.workflow.open({ file: '../outside.flow.json' })).rejects.toThrow();
  // Before an update: of a workspace without runs there is nothing to copy, of one with runs there is.
  expect(await engine.keepCopies()).toEqual([]);
  const { runId } = await client.run.start({ workflow: 'support-assistant', inputs: { question: 'Who?' } });
  for await (const _ of await client.run.events({ run: runId }));
  expect(await engine.keepCopies()).toEqual([expect.stringMatching(/^pipewright\.schema-\d+\./)]);
  await engine.stop();
  expect(world.forks.at(-1)?.child.killed).toBe(false);
  expect(app.listenerCount('before-quit')).toBe(0);
});

it('answers in the sample workspace at the first run of all, whose documents nobody has read yet', async () => {
  const ready = Promise.withResolvers<unknown>();
  vi.stubEnv('PIPEWRIGHT_HOME', join(scratch, 'home'));
  const engine = new EngineProcess(undefined, {
    ready: ready.resolve,
    refused: ({ message }) => ready.reject(new Error(message)),
    lost: () => ready.reject(new Error('the engine ended')),
  });
  vi.unstubAllEnvs();
  await ready.promise;
  const client = await clientOf((await engine.connect()) as unknown as MessagePortMain);
  const { runId } = await client.run.start({
    workflow: 'support-assistant',
    inputs: { question: 'How do I resume a run that was killed?' },
  });
  const types: string[] = [];
  for await (const signal of await client.run.events({ run: runId }))
    types.push(signal.type === 'event' ? signal.event.type : signal.type);
  expect(types).not.toContain('step.failed');
  expect(types.at(-1)).toMatch(/^run\.(finished|waiting)$/);
  await engine.stop();
});

it('keeps secrets under the key of the keychain, or says why not', async () => {
  vi.stubEnv('PIPEWRIGHT_HOME', join(scratch, 'keychain-home'));
  const key = Buffer.alloc(32, 7).toString('base64');
  for (const [keychain, vault] of [
    [{ problem: 'There is no keychain.' }, { lock: 'key file', made: false, keychainProblem: 'There is no keychain.' }],
    [{ key }, { lock: 'keychain', made: false, keychainProblem: null }],
    [{ key }, { lock: 'keychain', made: true, open: true }],
    [{ problem: 'It is locked.' }, { lock: 'keychain', made: true, open: false, keychainProblem: 'It is locked.' }],
  ] as const) {
    const ready = Promise.withResolvers<unknown>();
    const events = { ready: ready.resolve, refused: ready.reject, lost: ready.reject };
    const engine = new EngineProcess(join(scratch, 'support'), events, Promise.resolve(keychain));
    await ready.promise;
    const client = await clientOf((await engine.connect()) as unknown as MessagePortMain);
    expect((await client.secret.list({})).vault).toMatchObject(vault);
    if (!('open' in vault) && 'key' in keychain)
      await client.secret.set({ name: 'DESK_KEY', value: 'sk-desk-1234567890', hosts: ['api.example.com'] });
    await engine.stop();
  }
  vi.unstubAllEnvs();
});

it('says in words why a folder is no workspace, and is not started again', async () => {
  const refused = Promise.withResolvers<{ message: string; remedy?: string | undefined }>();
  const lost = vi.fn();
  new EngineProcess(scratch, { ready: () => refused.reject(new Error('ready')), refused: refused.resolve, lost });
  const { message, remedy } = await refused.promise;
  expect(message).toContain('pipewright.json');
  expect(remedy).toMatch(/\S/);
  await vi.waitFor(() => expect(lost).not.toHaveBeenCalled());
});
