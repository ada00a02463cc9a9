import { describe, expect, it } from 'vitest';
import { countTests, readAllowedSkips, resultsOf } from './count-tests.mjs';

const report = {
  success: false,
  testResults: [
    {
      name: '/repo/app/a.test.ts',
      status: 'passed',
      assertionResults: [
        { fullName: 'a works', status: 'passed' },
        { fullName: 'a waits', status: 'pending' },
        { fullName: ' a is planned', status: 'todo' },
      ],
    },
    {
      name: '/repo/app/b.test.ts',
      status: 'failed',
      assertionResults: [{ fullName: 'b', status: 'failed', failureMessages: ['1 is not 2'] }],
    },
    { name: '/repo/app/c.test.ts', status: 'failed', message: 'SyntaxError', assertionResults: [] },
  ],
};

describe('counting tests', () => {
  it('counts a file that does not load as failed', () => {
    const { passed, failed } = countTests(resultsOf(report, '/repo'), []);
    expect(passed).toBe(1);
    expect(failed.map(({ file, message }) => [file, message])).toEqual([
      ['app/b.test.ts', '1 is not 2'],
      ['app/c.test.ts', 'SyntaxError'],
    ]);
  });

  it('refuses every skipped or planned test that the list does not name', () => {
    const results = resultsOf(report, '/repo');
    expect(countTests(results, []).refused.map(({ name }) => name)).toEqual(['a waits', 'a is planned']);
    const one = readAllowedSkips('# why\n\napp/a.test.ts > a waits: needs a machine with a screen\n');
    expect(countTests(results, one)).toMatchObject({ skipped: 2, refused: [{ name: 'a is planned' }] });
    const elsewhere = readAllowedSkips('app/z.test.ts > *: other file');
    expect(countTests(results, elsewhere).refused).toHaveLength(2);
    expect(countTests(results, readAllowedSkips('app/a.test.ts > *: all of it')).refused).toEqual([]);
  });

  it.each(['app/a.test.ts > a waits', 'app/a.test.ts', 'app/a.test.ts > a waits: '])(
    'wants a reason in "%s"',
    (line) => {
      expect(() => readAllowedSkips(line)).toThrow(line);
    },
  );
});
