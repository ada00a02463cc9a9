import { describe, expect, it } from 'vitest';
import {
  covers,
  folderTarget,
  grantCommand,
  hostTarget,
  makeReach,
  parseReach,
  type Reach,
  reachOfOrigin,
} from './reach.ts';

const reach = (text: string): Reach => parseReach(text);

describe('a host', () => {
  it.each([
    ['api.example.com', 'api.example.com'],
    ['https://API.Example.com:443/', 'api.example.com'],
    ['api.example.com.', 'api.example.com'],
    ['api.example.com:8443', 'api.example.com:8443'],
    ['http://10.0.0.5:8080', 'http://10.0.0.5:8080'],
    ['http://localhost:80', 'http://localhost'],
    ['*.example.com', '*.example.com'],
    ['0x7f.1:99', '127.0.0.1:99'],
    ['[::1]:8443', '[::1]:8443'],
    ['bücher.example', 'xn--bcher-kva.example'],
  ])('%s is %s', (text, target) => {
    expect(hostTarget(text)).toBe(target);
    expect(hostTarget(target)).toBe(target);
  });

  it.each([
    '',
    '*',
    '*.',
    'a/b',
    'https://a.example/path',
    'user@a.example',
    'a b',
    'http://*.a.example',
    'ftp://a',
    'a:99999',
  ])('is not %j', (text) => {
    expect(() => hostTarget(text)).toThrow(expect.objectContaining({ code: 'grant.invalid' }));
  });
});

describe('a folder', () => {
  it('has one form', () => {
    expect([folderTarget('reports/'), folderTarget('out/daily')]).toEqual(['reports', 'out/daily']);
  });
  it.each([
    ...['', '.', '..', '/', '/etc', '../x', 'a/../b', 'a//b', 'a/./b', '.git', 'a/.ssh', '.pipewright/x', 'c:\\x'],
    ...['workflows', 'Workflows/x', 'prompts', 'tests/a', 'node_modules', 'a\\b', 'a\0b', 'con.', 'x ', '~|x'],
  ])('is not %j', (text) => {
    expect(() => folderTarget(text)).toThrow(expect.objectContaining({ code: 'grant.invalid' }));
  });
});

describe('a grant', () => {
  it.each([
    ['network:a.example', 'network:a.example', true],
    ['network:a.example', 'network:b.example', false],
    ['network:a.example', 'network:a.example:8443', false],
    ['network:a.example', 'network:http://a.example', false],
    ['network:*.a.example', 'network:x.a.example', true],
    ['network:*.a.example', 'network:x.y.a.example', true],
    ['network:*.a.example', 'network:a.example', false],
    ['network:*.a.example', 'network:xa.example', false],
    ['network:*.a.example', 'network:http://x.a.example', false],
    ['network:*.a.example', 'network:x.a.example:8443', false],
    ['network:a.example', 'local-network:a.example', false],
    ['local-network:a.example', 'network:a.example', true],
    ['local-network:a.example', 'local-network:a.example', true],
    ['write:reports', 'write:reports/daily', true],
    ['write:reports', 'write:reports2', false],
    ['write:reports/daily', 'write:reports', false],
    ['secret:A', 'secret:A', true],
    ['secret:A', 'secret:AB', false],
    ['secret:A', 'write:A', false],
  ])('of %s for %s: %s', (granted, wanted, expected) => {
    expect(covers(reach(granted), reach(wanted))).toBe(expected);
  });

  it('of a whole domain does not exist in the local network, nor one of an unknown ability', () => {
    expect(() => makeReach('local-network', '*.corp')).toThrow(expect.objectContaining({ code: 'grant.invalid' }));
    for (const text of ['shell:ls', 'network', 'toString:x', 'secret:lower', ':'])
      expect(() => parseReach(text)).toThrow(expect.objectContaining({ code: 'grant.invalid' }));
  });

  it('is given by a command that a shell reads as it is meant', () => {
    const reaches = [reach('network:*.a.example'), reach('secret:TOKEN')];
    expect(grantCommand("it's", reaches)).toBe(
      String.raw`pipewright grants add 'it'\''s' --host '*.a.example' --secret TOKEN`,
    );
  });
});

it.each([
  ['https://api.example.com', 'network:api.example.com'],
  ['http://localhost:3000', 'local-network:http://localhost:3000'],
  ['http://10.1.2.3', 'local-network:http://10.1.2.3'],
  ['https://172.31.0.1', 'local-network:172.31.0.1'],
  ['https://172.32.0.1', 'network:172.32.0.1'],
  ['https://[fd00::1]', 'local-network:[fd00::1]'],
])('a request to %s asks for %s', (origin, expected) => {
  expect(reachOfOrigin(origin)).toEqual(reach(expected));
});
