import type { CassetteReport, TestReport } from '../../services/cassette/play-cassettes.ts';
import { differenceLines } from './cassette-lines.ts';

/** Plain text, and as wide as any report shows. */
const look = { style: (_style: string, text: string) => text, width: 160 };

/**
 * A report in JUnit XML: a suite for each workflow, a case for each cassette. Its form is that of the schema which the
 * Ant task defined and which CI servers read; `at` is when the tests began.
 */
export function junitReport(report: TestReport, at: Date): string {
  const suites = new Map<string, CassetteReport[]>();
  for (const one of report.cassettes) {
    const name = one.workflow?.name ?? 'cassettes';
    suites.set(name, [...(suites.get(name) ?? []), one]);
  }
  const lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<testsuites>'];
  [...suites].forEach(([name, cases], id) => {
    lines.push(...suiteLines(name, cases, id, at));
  });
  return `${[...lines, '</testsuites>'].join('\n')}\n`;
}

function suiteLines(name: string, cases: readonly CassetteReport[], id: number, at: Date): string[] {
  const count = (outcome: CassetteReport['outcome']) => cases.filter((one) => one.outcome === outcome).length;
  const facts = attributes({
    name,
    id,
    package: 'pipewright',
    timestamp: at.toISOString().slice(0, 'yyyy-mm-ddThh:mm:ss'.length),
    hostname: 'localhost',
    tests: cases.length,
    failures: count('differs'),
    errors: count('invalid'),
    time: seconds(cases.reduce((sum, { ms }) => sum + ms, 0)),
  });
  return [
    `  <testsuite ${facts}>`,
    '    <properties/>',
    ...cases.flatMap((one) => caseLines(one, name)),
    '    <system-out/>',
    '    <system-err/>',
    '  </testsuite>',
  ];
}

function caseLines(one: CassetteReport, suite: string): string[] {
  const { name, outcome, differences, error, ms } = one;
  const head = `    <testcase ${attributes({ name, classname: `pipewright.${suite}`, time: seconds(ms) })}`;
  if (outcome === 'same' || outcome === 'updated') return [`${head}/>`];
  const [element, type, message, text] = error
    ? ['error', error.code, error.message, [error.where, error.remedy].filter(Boolean).join('\n')]
    : [
        'failure',
        'difference',
        `${differences.length} ${differences.length === 1 ? 'difference' : 'differences'} from what was recorded`,
        differences.flatMap((difference) => differenceLines(difference, look)).join('\n'),
      ];
  return [
    `${head}>`,
    `      <${element} ${attributes({ message, type })}>${escaped(text)}</${element}>`,
    '    </testcase>',
  ];
}

const seconds = (ms: number) => (ms / 1000).toFixed(3);

function attributes(values: { [name: string]: string | number }): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}="${escaped(String(value)).replace(/[\t\n\r]/g, ' ')}"`)
    .join(' ');
}

/** Characters that XML 1.0 does not allow, escaped or not: all but those of its production `Char`. */
const forbidden = /[^\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;

const entities: { [character: string]: string } = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

function escaped(text: string): string {
  return text.replace(forbidden, '\ufffd').replace(/[&<>"']/g, (character) => entities[character] ?? '');
}
