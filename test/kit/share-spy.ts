import { syncBuiltinESMExports } from 'node:module';
import { type MockInstance, onTestFinished } from 'vitest';

/**
 * Shows a spy on a function of a Node module to all who import that function by its name, until the test ends; to those as
 * well that were loaded long ago, which `vi.mock` would miss: the test files of a worker share what is loaded.
 */
export function shareSpy<Spy extends Pick<MockInstance, 'mockRestore'>>(spy: Spy): Spy {
  syncBuiltinESMExports();
  onTestFinished(() => {
    spy.mockRestore();
    syncBuiltinESMExports();
  });
  return spy;
}
