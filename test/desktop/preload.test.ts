import { expect, it, vi } from 'vitest';
import type { DesktopBridge } from '../../app/core/contracts/desktop-bridge.ts';

const electron = vi.hoisted(() => {
  const listeners = new Map<string, Set<(event: unknown, ...args: unknown[]) => void>>();
  return {
    exposed: {} as { [name: string]: unknown },
    invoked: [] as unknown[][],
    emit: (channel: string, event: unknown, ...args: unknown[]) => {
      for (const listener of listeners.get(channel) ?? []) listener(event, ...args);
    },
    contextBridge: {
      exposeInMainWorld: (name: string, value: unknown) => {
        electron.exposed[name] = value;
      },
    },
    ipcRenderer: {
      invoke: (...args: unknown[]) => {
        electron.invoked.push(args);
        return Promise.resolve();
      },
      on: (channel: string, listener: () => void) => {
        if (!listeners.has(channel)) listeners.set(channel, new Set());
        listeners.get(channel)?.add(listener);
      },
      off: (channel: string, listener: () => void) => listeners.get(channel)?.delete(listener),
    },
  };
});
vi.mock('electron', () => electron);

const posted: unknown[][] = [];
vi.stubGlobal('window', { postMessage: (...args: unknown[]) => posted.push(args) });
await import('../../app/hosts/electron/preload.ts');
const bridge = electron.exposed['pipewright'] as DesktopBridge;

it('gives the page one frozen object of functions and nothing else', () => {
  expect(Object.keys(electron.exposed)).toEqual(['pipewright']);
  expect(Object.isFrozen(bridge)).toBe(true);
  expect(Object.entries(bridge).map(([name, value]) => [name, typeof value])).toEqual(
    [
      ...['connect', 'openOutside', 'chooseWorkspace', 'ready'],
      ...['updateState', 'checkForUpdate', 'downloadUpdate', 'installUpdate', 'onUpdate'],
      ...['onAction', 'onPreview'],
    ].map((name) => [name, 'function']),
  );
});

it('asks by fixed channels', () => {
  void bridge.connect();
  void bridge.openOutside('https://x/');
  void bridge.chooseWorkspace();
  void bridge.ready();
  void bridge.updateState();
  void bridge.checkForUpdate();
  void bridge.downloadUpdate();
  void bridge.installUpdate();
  expect(electron.invoked).toEqual([
    ['engine:connect'],
    ['outside:open', 'https://x/'],
    ['workspace:choose'],
    ['page:ready'],
    ['update:state'],
    ['update:check'],
    ['update:download'],
    ['update:install'],
  ]);
});

it('posts a port to the studio and to no other origin', () => {
  const port = {};
  electron.emit('engine:port', { ports: [port], sender: { secret: true } });
  expect(posted).toEqual([['pipewright:port', 'app://bundle', [port]]]);
});

it('hands on plain values, never the event, until it is told to stop', () => {
  const heard: unknown[][] = [];
  const stopActions = bridge.onAction((...args) => heard.push(args));
  const stopPreviews = bridge.onPreview((...args) => heard.push(args));
  electron.emit('action', { sender: 'event' }, 'file.save');
  electron.emit('preview', { sender: 'event' }, { name: 'a.json', text: '{}', sender: 'x' });
  stopActions();
  stopPreviews();
  electron.emit('action', {}, 'file.open');
  electron.emit('preview', {}, { name: 'b.json', text: '{}' });
  expect(heard).toEqual([['file.save'], [{ name: 'a.json', text: '{}' }]]);
});
