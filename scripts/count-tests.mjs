// Adds up test reports (vitest's JSON) and refuses skipped tests that no line of the committed list allows.
//   node scripts/count-tests.mjs ALLOWED-SKIPS EXTRA-PASSED EXTRA-FAILED REPORT...
// A line of the list: `path of the test file > name of the test: the reason`; `*` for every test of the file.

import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * @typedef {{ file: string, name: string, status: string, message?: string }} TestResult
 * @typedef {{ success: boolean, testResults: { name: string, status: string, message?: string,
 *   assertionResults: { fullName: string, status: string, failureMessages?: string[] }[] }[] }} Report
 */

/** Lines of a failure's message that are repeated at the end, where a long log is read first. */
const keptLines = 12;

/**
 * The results of one report; a file that failed to load counts as one failed test.
 * @param {Report} report
 * @param {string} root
 * @returns {TestResult[]}
 */
export function resultsOf(report, root) {
  return report.testResults.flatMap((suite) => {
    const file = relative(root, suite.name);
    const tests = suite.assertionResults.map(({ fullName, status, failureMessages = [] }) => {
      return { file, name: fullName.trim(), status, message: failureMessages.join('\n') };
    });
    const didNotLoad = suite.status === 'failed' && !tests.some(({ status }) => status === 'failed');
    return didNotLoad
      ? [...tests, { file, name: '(the file itself)', status: 'failed', message: suite.message ?? '' }]
      : tests;
  });
}

/**
 * @param {string} text
 * @returns {{ file: string, name: string, reason: string }[]}
 */
export function readAllowedSkips(text) {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('#'))
    .map((line) => {
      const parts = /^(?<file>\S+) > (?<name>.+?): (?<reason>\S.*)$/.exec(line)?.groups;
      if (!parts) throw new Error(`"${line}" is not \`file > test: reason\``);
      return { file: parts['file'] ?? '', name: parts['name'] ?? '', reason: parts['reason'] ?? '' };
    });
}

/**
 * @param {TestResult[]} results
 * @param {{ file: string, name: string }[]} allowed
 */
export function countTests(results, allowed) {
  const passed = results.filter(({ status }) => status === 'passed');
  const failed = results.filter(({ status }) => status === 'failed');
  const skipped = results.filter(({ status }) => status !== 'passed' && status !== 'failed');
  const refused = skipped.filter(
    ({ file, name }) => !allowed.some((skip) => skip.file === file && (skip.name === '*' || skip.name === name)),
  );
  return { passed: passed.length, failed, skipped: skipped.length, refused };
}

/** @param {string[]} args */
function main([list = '', extraPassed = '0', extraFailed = '0', ...files]) {
  /** @type {TestResult[]} */
  const results = [];
  let unreadable = 0;
  for (const file of files) {
    try {
      results.push(...resultsOf(JSON.parse(readFileSync(file, 'utf8')), process.cwd()));
    } catch {
      unreadable += 1;
      console.error(`no report was written to ${file}`);
    }
  }
  const { passed, failed, skipped, refused } = countTests(results, readAllowedSkips(readFileSync(list, 'utf8')));
  for (const { file, name, message = '' } of failed)
    console.error([`failed: ${file} > ${name}`, ...message.split('\n').slice(0, keptLines)].join('\n    '));
  for (const { file, name } of refused) console.error(`skipped without leave in ${list}: ${file} > ${name}`);
  const failures = failed.length + refused.length + unreadable + Number(extraFailed);
  console.log(`${passed + Number(extraPassed)} passed, ${failures} failed, ${skipped - refused.length} skipped`);
  if (failures > 0) process.exitCode = 1;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) main(process.argv.slice(2));
