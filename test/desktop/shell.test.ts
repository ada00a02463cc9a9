import { describe, expect, it } from 'vitest';
import { checkShell, shellTree } from './shell-tree.ts';

const tree = await shellTree();
const results = await checkShell(tree.folder).finally(() => tree.remove());

describe('the desktop shell', () => {
  it('was put through all checks', () => {
    expect(Object.keys(results).length).toBeGreaterThanOrEqual(20);
  });
  it.each(Object.entries(results))('%s', (_check, fault) => {
    expect(fault).toBeNull();
  });
});
