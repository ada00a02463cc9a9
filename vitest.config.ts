import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/longest-first.ts';

/** A project is a kind of test; `npm test` runs the quick ones, `npm run test:full` all of them. */
function project(name: string, include: string[], testTimeout: number, globalSetup: string[] = []) {
  return { extends: true as const, test: { name, include, testTimeout, hookTimeout: testTimeout, globalSetup } };
}

/**
 * A project whose files share what their worker has loaded: to load it all again for each took a third of the time. Its
 * tests leave nothing behind, replace no module, and spy on a function of Node by `shareSpy`.
 */
function sharing(shared: ReturnType<typeof project>) {
  return { ...shared, test: { ...shared.test, isolate: false } };
}

const journeys = sharing(project('e2e', ['test/e2e/**/*.test.ts'], 120_000, ['test/e2e/global-setup.ts']));
// A browser, a host and a runner share a machine that CI does not own: there a journey may be tried once more, and the
// reporter says which was. Whoever runs them by hand sees each failure.
if (process.env['CI']) Object.assign(journeys.test, { retry: 2 });

/** Where a machine reads the results (.ci/run); people read the terminal. */
const report = process.env['PIPEWRIGHT_TEST_REPORT'];

export default defineConfig({
  test: {
    reporters: report ? ['default', ['json', { outputFile: report }]] : ['default'],
    pool: 'forks',
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    exclude: ['**/node_modules/**', '**/dist/**', '**/fixtures/**'],
    projects: [
      sharing(project('unit', ['app/**/*.test.ts', 'nodes/**/*.test.ts', 'scripts/**/*.test.ts'], 20_000)),
      sharing(project('architecture', ['test/architecture/**/*.test.ts'], 60_000)),
      sharing(project('conformance', ['test/conformance/**/*.test.ts'], 60_000)),
      sharing(project('contract', ['test/contract/**/*.test.ts'], 60_000)),
      sharing(project('integration', ['test/integration/**/*.test.ts', 'test/golden/**/*.test.ts'], 120_000)),
      project('desktop', ['test/desktop/**/*.test.ts'], 120_000),
      project('faults', ['test/faults/**/*.test.ts'], 900_000, ['test/faults/global-setup.ts']),
      project('simulation', ['test/simulation/**/*.test.ts'], 900_000),
      sharing(project('renderer', ['renderer/**/*.test.ts', 'test/studio/**/*.test.ts'], 30_000)),
      journeys,
      project('packaging', ['test/packaging/**/*.test.ts'], 60_000),
      project('hostile', ['test/hostile/**/*.test.ts'], 600_000),
    ],
  },
});
