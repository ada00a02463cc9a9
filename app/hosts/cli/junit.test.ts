import { type CheerioAPI, load } from 'cheerio';
import { describe, expect, it } from 'vitest';
import type { CassetteReport, TestReport } from '../../services/cassette/play-cassettes.ts';
import { junitReport } from './junit.ts';

const at = new Date('2026-05-06T07:08:09.123Z');
const one = (more: Partial<CassetteReport> = {}): CassetteReport => ({
  file: 'tests/a.cassette.json',
  name: 'a',
  outcome: 'same',
  workflow: { id: 'wf_1', name: 'Support', file: 'workflows/support.flow.json' },
  differences: [],
  notes: [],
  steps: 1,
  calls: 1,
  ms: 1234,
  ...more,
});
const reportOf = (...cassettes: CassetteReport[]): TestReport => ({
  cassettes,
  same: 0,
  differs: 0,
  updated: 0,
  invalid: 0,
  ms: 1,
});

/** The schema that the Ant task defined, as CI servers check it: children in their order, attributes with their forms. */
const NUMBER = /^\d+$/;
const DECIMAL = /^\d+\.\d+$/;
const schema: { [element: string]: { children: string[]; attributes: { [name: string]: RegExp } } } = {
  testsuites: { children: ['testsuite*'], attributes: {} },
  testsuite: {
    children: ['properties', 'testcase*', 'system-out', 'system-err'],
    attributes: {
      name: /\S/,
      id: NUMBER,
      package: /\S/,
      timestamp: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/,
      hostname: /\S/,
      tests: NUMBER,
      failures: NUMBER,
      errors: NUMBER,
      time: DECIMAL,
    },
  },
  properties: { children: [], attributes: {} },
  testcase: { children: ['error?', 'failure?'], attributes: { name: /\S/, classname: /\S/, time: DECIMAL } },
  error: { children: [], attributes: { message: /^/, type: /\S/ } },
  failure: { children: [], attributes: { message: /^/, type: /\S/ } },
  'system-out': { children: [], attributes: {} },
  'system-err': { children: [], attributes: {} },
};

function faults($: CheerioAPI): string[] {
  return $('*')
    .toArray()
    .flatMap((element) => {
      const { name = '' } = element as { name?: string };
      const attribs = $(element).attr() ?? {};
      const rule = schema[name];
      if (!rule) return [`the element ${name} is unknown`];
      const names = $(element)
        .children()
        .toArray()
        .map((child) => `${(child as { name?: string }).name} `)
        .join('');
      const order = new RegExp(
        `^${rule.children.map((child) => `(?:${child.replace(/[*?]$/, '')} )${/[*?]$/.exec(child)?.[0] ?? ''}`).join('')}$`,
      );
      return [
        ...(order.test(names) ? [] : [`${name} has the children ${names}`]),
        ...Object.keys(attribs).flatMap((key) => (rule.attributes[key] ? [] : [`${name} has a surplus ${key}`])),
        ...Object.entries(rule.attributes).flatMap(([key, form]) =>
          attribs[key] !== undefined && form.test(attribs[key]) ? [] : [`${name} has ${key}=${attribs[key]}`],
        ),
      ];
    });
}

const hostile = '<script>&"\'\u0000\u001b[31m\ud800]]>\uffff\ud83d\ude00\n\ttail';

describe('junitReport', () => {
  it('has the form that CI servers read, a suite a workflow, with counts that are right', () => {
    const other = { id: 'wf_2', name: 'Other', file: 'workflows/other.flow.json' };
    const xml = junitReport(
      reportOf(
        one(),
        one({ name: 'b', outcome: 'differs', differences: [{ kind: 'status', at: '', recorded: 'x', now: 'y' }] }),
        one({ name: 'c', outcome: 'updated', workflow: other }),
        one({
          name: 'd',
          outcome: 'invalid',
          error: { code: 'cassette.invalid', class: 'invalid_request', message: 'No.', where: 'x', remedy: 'Do.' },
        }),
      ),
      at,
    );
    const $ = load(xml, { xml: true });
    expect(faults($)).toEqual([]);
    const suites = $('testsuite')
      .toArray()
      .map((suite) => {
        const { name, tests, failures, errors, time } = $(suite).attr() ?? {};
        return { name, tests, failures, errors, time };
      });
    expect(suites).toEqual([
      { name: 'Support', tests: '3', failures: '1', errors: '1', time: '3.702' },
      { name: 'Other', tests: '1', failures: '0', errors: '0', time: '1.234' },
    ]);
    expect($('failure').text()).toContain('x → y');
    expect($('error').text()).toBe('x\nDo.');
  });

  it('is well-formed whatever the files say', () => {
    const change = { path: `$.${hostile}`, before: hostile, after: `${hostile}!` };
    const xml = junitReport(
      reportOf(
        one({
          name: hostile,
          outcome: 'differs',
          workflow: { id: 'w', name: hostile, file: 'f' },
          differences: [{ kind: 'output', at: hostile, changes: [change] }],
        }),
        one({ name: 'e', outcome: 'invalid', error: { code: 'internal', class: 'internal', message: hostile } }),
      ),
      at,
    );
    // Production `Char` of XML 1.0, which holds after all references are resolved as well: none is written.
    expect(xml).not.toMatch(/[^\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u);
    expect(xml).not.toMatch(/&(?!amp;|lt;|gt;|quot;|apos;)/);
    const $ = load(xml, { xml: true });
    expect(faults($)).toEqual([]);
    expect($('script')).toHaveLength(0);
    expect($('testcase').first().attr('name')).toContain('<script>&"\'');
    expect($('failure').text()).toContain('<script>');
  });

  it('would be found faulty', () => {
    const broken = junitReport(reportOf(one()), at).replace(' hostname="localhost"', '').replace('<system-out/>', '');
    expect(faults(load(broken, { xml: true }))).toHaveLength(2);
  });
});
