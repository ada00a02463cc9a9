import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkHouse } from '../../scripts/architecture/check-house.ts';

const root = join(import.meta.dirname, '../..');

/** Files that are in order, so that a plant's violation is its own. */
const house = {
  'app/core/graph/a.ts': "import * as z from 'zod';\nexport const a = z.string();\n",
  'app/core/nodekit/kit.ts': "import { a } from '../graph/a.ts';\nexport const kit = a;\n",
  'app/core/template/liquid.ts': "import { Liquid } from 'liquidjs';\nexport const liquid = new Liquid();\n",
  'app/engine/loop.ts': "import { a } from '../core/graph/a.ts';\nexport const loop = a;\n",
  'app/services/run-service.ts': "import { loop } from '../engine/loop.ts';\nexport const service = loop;\n",
  'app/adapters/store.ts':
    "import 'node:fs';\nimport type { loop } from '../engine/loop.ts';\nexport type Store = typeof loop;\n",
  'app/adapters/egress/open.ts':
    "import * as https from 'node:https';\nexport const open = https.request;\nexport const get = fetch('');\n",
  'app/adapters/client.ts':
    "import type { ClientRequest } from 'node:http';\nexport const ask = (fetch: (url: string) => ClientRequest) => fetch('');\n",
  'app/hosts/web/listen.ts':
    "import { createServer, type Server } from 'node:http';\nexport const s: () => Server = createServer;\n",
  'app/hosts/compose.ts': "import { registry } from '../../nodes/registry.ts';\nexport const host = registry;\n",
  'app/hosts/electron/main.ts': "import { app } from 'electron';\nexport const main = app;\n",
  'nodes/registry.ts':
    "import { one } from './one/manifest.ts';\nexport const registry = [one, () => import('./one/run.ts')];\n",
  'nodes/one/manifest.ts': "import { kit } from '../../app/core/nodekit/kit.ts';\nexport const one = kit;\n",
  'nodes/one/run.ts': "import 're2js';\nimport { one } from './manifest.ts';\nexport const run = one;\n",
  'nodes/two/manifest.ts': 'export const two = 2;\n',
  'nodes/one/view.tsx':
    "import { Bar } from '../../renderer/ui/bar.tsx';\nimport { one } from './manifest.ts';\nexport const View = () => <Bar at={one} />;\n",
  'renderer/ui/bar.tsx': "import './bar.css';\nimport { useState } from 'react';\nexport const Bar = useState;\n",
  'renderer/main.tsx':
    "import { one } from '../nodes/one/manifest.ts';\nimport { Bar } from './ui/bar.tsx';\nexport const main = [one, Bar, () => import('../nodes/one/view.tsx')];\n",
  'scripts/tool.ts': 'export {};\n',
};

const plants: { rule: string; path: string; source: string }[] = [
  { rule: 'rooms', path: 'app/core/graph/b.ts', source: "import '../../engine/loop.ts';" },
  { rule: 'rooms', path: 'app/core/graph/b.ts', source: "import type { loop } from '../../engine/loop.ts';" },
  { rule: 'rooms', path: 'app/core/graph/b.ts', source: "export type B = import('../../engine/loop.ts').loop;" },
  { rule: 'rooms', path: 'app/core/graph/b.ts', source: "export * from '../../engine/loop.ts';" },
  { rule: 'rooms', path: 'app/engine/b.ts', source: "import '../adapters/store.ts';" },
  { rule: 'rooms', path: 'app/engine/b.ts', source: "await import('../services/run-service.ts');" },
  { rule: 'rooms', path: 'app/engine/b.ts', source: "import '../../nodes/one/manifest.ts';" },
  { rule: 'rooms', path: 'app/services/b.ts', source: "import '../adapters/store.ts';" },
  { rule: 'rooms', path: 'app/services/b.ts', source: "import '../hosts/compose.ts';" },
  { rule: 'rooms', path: 'app/adapters/b.ts', source: "import '../services/run-service.ts';" },
  { rule: 'rooms', path: 'app/hosts/b.ts', source: "import '../../nodes/one/run.ts';" },
  { rule: 'rooms', path: 'nodes/two/run.ts', source: "import '../../app/adapters/store.ts';" },
  { rule: 'narrowing', path: 'app/hosts/b.ts', source: "import '../../scripts/tool.ts';" },
  { rule: 'types-only', path: 'app/adapters/b.ts', source: "import '../engine/loop.ts';" },
  { rule: 'lazy', path: 'nodes/registry-more.ts', source: "import './one/run.ts';" },
  { rule: 'narrowing', path: 'nodes/two/manifest.ts', source: "import '../../app/core/graph/a.ts';" },
  { rule: 'own-folder', path: 'nodes/two/run.ts', source: "import '../one/run.ts';" },
  { rule: 'own-folder', path: 'nodes/two/run.ts', source: "import '../one/manifest.ts';" },
  { rule: 'rooms', path: 'renderer/b.tsx', source: "import '../app/services/run-service.ts';" },
  { rule: 'rooms', path: 'renderer/b.tsx', source: "import type { host } from '../app/hosts/compose.ts';" },
  { rule: 'rooms', path: 'renderer/b.tsx', source: "import '../nodes/one/run.ts';" },
  { rule: 'lazy', path: 'renderer/b.tsx', source: "import '../nodes/one/view.tsx';" },
  { rule: 'node-builtins', path: 'renderer/b.tsx', source: "import 'node:fs';" },
  { rule: 'packages', path: 'renderer/b.tsx', source: "import 'ws';" },
  { rule: 'rooms', path: 'app/hosts/b.ts', source: "import '../../renderer/main.tsx';" },
  { rule: 'narrowing', path: 'nodes/two/view.tsx', source: "import '../../renderer/main.tsx';" },
  { rule: 'own-folder', path: 'nodes/two/view.tsx', source: "import '../one/manifest.ts';" },
  { rule: 'packages', path: 'app/core/graph/b.ts', source: "import 'liquidjs';" },
  { rule: 'packages', path: 'nodes/two/run.ts', source: "import '@langchain/core/messages';" },
  { rule: 'declared', path: 'app/adapters/b.ts', source: "import 'vitest';" },
  { rule: 'node-builtins', path: 'app/core/graph/b.ts', source: "import 'node:fs';" },
  { rule: 'node-builtins', path: 'app/engine/b.ts', source: "import type { Socket } from 'net';" },
  { rule: 'no-vm', path: 'app/adapters/b.ts', source: "import 'node:vm';" },
  { rule: 'computed-import', path: 'app/adapters/b.ts', source: 'export const load = (name: string) => import(name);' },
  { rule: 'unresolved', path: 'app/core/graph/b.ts', source: "import './gone.ts';" },
  { rule: 'room', path: 'app/attic/b.ts', source: 'export {};' },
  { rule: 'no-cycle', path: 'app/core/graph/a.ts', source: "import type { kit } from '../nodekit/kit.ts';" },
  { rule: 'no-cycle', path: 'app/core/graph/b.ts', source: "import './b.ts';" },
  { rule: 'no-eval', path: 'app/hosts/b.ts', source: "export const x = eval('1');" },
  { rule: 'no-eval', path: 'app/hosts/b.ts', source: "export const x = globalThis['eval']('1');" },
  { rule: 'no-function-constructor', path: 'app/hosts/b.ts', source: "export const x = new Function('return 1');" },
  { rule: 'no-function-constructor', path: 'app/hosts/b.ts', source: "export const x = (() => 1).constructor('1');" },
  { rule: 'outbound', path: 'app/adapters/b.ts', source: "import { request } from 'node:https';" },
  { rule: 'outbound', path: 'app/hosts/b.ts', source: "export const load = () => import('node:net');" },
  { rule: 'outbound', path: 'app/hosts/web/b.ts', source: "import { createServer, get } from 'node:http';" },
  { rule: 'outbound', path: 'app/hosts/web/b.ts', source: "import * as http from 'http';" },
  { rule: 'outbound', path: 'app/services/b.ts', source: "export const x = await fetch('https://a.example');" },
  { rule: 'outbound', path: 'app/services/b.ts', source: "export const x = globalThis.fetch('https://a.example');" },
  { rule: 'outbound', path: 'app/adapters/b.ts', source: "export const x = new WebSocket('wss://a.example');" },
  { rule: 'no-text-timer', path: 'app/hosts/b.ts', source: "setTimeout('alert()', 1);" },
  { rule: 'no-clock', path: 'app/core/graph/b.ts', source: 'export const now = Date.now();' },
  { rule: 'no-clock', path: 'app/engine/b.ts', source: 'export const now = new Date();' },
  { rule: 'no-random', path: 'nodes/two/run.ts', source: 'export const run = Math.random;' },
  { rule: 'shell-flags', path: 'app/hosts/electron/b.ts', source: 'export const p = { sandbox: false };' },
  {
    rule: 'shell-flags',
    path: 'app/hosts/electron/b.ts',
    source: 'export const p = (x: boolean) => ({ webviewTag: x });',
  },
  {
    rule: 'shell-ipc',
    path: 'app/hosts/electron/b.ts',
    source: "import { ipcMain } from 'electron';\nipcMain.on('x', () => 1);",
  },
  {
    rule: 'shell-open',
    path: 'app/hosts/electron/b.ts',
    source: "import { shell } from 'electron';\nvoid shell.openPath('/');",
  },
  {
    rule: 'shell-bridge',
    path: 'app/hosts/electron/preload.ts',
    source: "import { ipcRenderer } from 'electron';\nexport const ask = (name: string) => ipcRenderer.invoke(name);",
  },
  {
    rule: 'shell-process',
    path: 'app/hosts/electron/b.ts',
    source: "import { utilityProcess } from 'electron';\nutilityProcess.fork('x');",
  },
  {
    rule: 'shell-banned',
    path: 'app/hosts/electron/b.ts',
    source: "export const f = (page: { executeJavaScript(x: string): void }) => page.executeJavaScript('1');",
  },
  {
    rule: 'shell-engine',
    path: 'app/hosts/electron/engine.ts',
    source: "import { app } from 'electron';\nexport const e = app;",
  },
  { rule: 'declared', path: 'app/hosts/b.ts', source: "import 'electron';" },
  { rule: 'no-global-this', path: 'app/engine/b.ts', source: 'export const f = globalThis;' },
];

describe('the architecture check', () => {
  let folder: string;
  const write = (files: Record<string, string>, at: string) => {
    for (const [path, source] of Object.entries(files)) {
      mkdirSync(dirname(join(at, path)), { recursive: true });
      writeFileSync(join(at, path), source);
    }
  };
  const check = (at: string) => {
    const script = join(root, 'scripts/check-architecture.ts');
    const { status, stdout, stderr } = spawnSync(process.execPath, [script, at], { encoding: 'utf8' });
    return { status, stdout, stderr };
  };

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'pipewright-architecture-'));
    write(house, folder);
    write(Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`test/filler-${n}.ts`, 'export {};'])), folder);
    cpSync(join(root, 'package.json'), join(folder, 'package.json'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('accepts a house in order and says how many modules it read', () => {
    const { status, stdout, stderr } = check(folder);
    expect(stderr).toBe('');
    expect(stdout).toBe('architecture: 119 modules, 24 imports read, 0 violations\n');
    expect(status).toBe(0);
  });

  it('fails when it reads implausibly few modules', () => {
    const empty = join(folder, 'nothing');
    write({ 'package.json': '{"dependencies":{}}' }, empty);
    const { status, stderr } = check(empty);
    expect(stderr).toContain('plausible: read only 0 modules');
    expect(stderr).toContain('empty-room: no module lies in the room engine');
    expect(status).toBe(1);
  });

  it.each(plants)('finds the planted $rule in $path: $source', ({ rule, path, source }) => {
    const before = (house as Record<string, string>)[path];
    write({ [path]: `${source}\n${before ?? ''}` }, folder);
    try {
      expect(checkHouse(folder).violations).toEqual([expect.objectContaining({ rule, path })]);
    } finally {
      if (before === undefined) rmSync(join(folder, path));
      else write({ [path]: before }, folder);
    }
  });

  it('fails as a command when it finds one', () => {
    write({ 'app/engine/b.ts': "import '../adapters/store.ts';" }, folder);
    const { status, stderr } = check(folder);
    rmSync(join(folder, 'app/engine/b.ts'));
    expect(stderr).toMatch(/^app\/engine\/b\.ts:1 rooms: /);
    expect(status).toBe(1);
  });
});
