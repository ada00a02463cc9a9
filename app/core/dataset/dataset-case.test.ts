import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../graph/json.ts';
import {
  caseInputs,
  caseLine,
  type DatasetCase,
  inputsOf,
  readDataset,
  sameQuestion,
  withCase,
} from './dataset-case.ts';

const sample = readFileSync('workflows/samples/support/datasets/questions.jsonl', 'utf8');

describe('a dataset', () => {
  it('is read as the sample has it, and a case is written as its lines are', () => {
    const { cases, faults } = readDataset(sample);
    expect([cases.length, faults]).toEqual([40, []]);
    const lines = sample.trim().split('\n');
    for (const one of cases) expect(caseLine(one.case)).toBe(lines[one.line - 1]);
  });

  it('tells which lines are no cases', () => {
    const { cases, faults } = readDataset('{"id": "a"}\n\n{"question": "Why?"}\n{"id": \n[1]');
    expect(cases).toEqual([{ line: 1, case: { id: 'a' } }]);
    expect(faults.map(({ line }) => line)).toEqual([3, 4, 5]);
  });

  it('gets a case at its end or in place of another, and every other line stays as it was', () => {
    const added = withCase(sample.trimEnd(), { id: 'x', question: 'New?' });
    expect(added.startsWith(sample)).toBe(true);
    expect(readDataset(added).cases.at(-1)).toEqual({ line: 41, case: { id: 'x', question: 'New?' } });
    const put = withCase('{"id":"a"}\r\n{"id":"b"}\r\n', { id: 'c' }, 1);
    expect(put).toBe('{"id": "c"}\r\n{"id":"b"}\r\n');
  });

  it('gives back whatever inputs it was given, whatever they are called', () => {
    const names = fc.oneof(
      fc.constantFrom('id', 'tags', 'inputs', 'run', 'reference', 'question'),
      fc.string({ minLength: 1 }),
    );
    // A key that an object takes for something else is no name of an input.
    const inputs = fc.dictionary(
      names.filter((name) => name !== '__proto__'),
      fc.jsonValue().filter((value) => value !== null),
    );
    fc.assert(
      fc.property(inputs, (given) => {
        const plain = JSON.parse(JSON.stringify(given)) as JsonObject;
        const one = { id: 'x', ...caseInputs(plain) } as DatasetCase;
        const back = readDataset(caseLine(one)).cases[0]?.case as DatasetCase;
        expect(inputsOf(back)).toEqual(plain);
        expect(sameQuestion(back, one)).toBe(true);
      }),
    );
  });

  it('knows the same question again, and that a null is no input', () => {
    expect(sameQuestion({ id: 'a', q: 'x', c: null }, { id: 'b', q: 'x', reference: 'r' })).toBe(true);
    expect(sameQuestion({ id: 'a', q: 'x' }, { id: 'a', q: 'y' })).toBe(false);
  });
});
