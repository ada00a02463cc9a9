import { expect, it } from 'vitest';
import { analyseQuestion } from './question.ts';

it.each([
  ['When was the company founded?', 'date'],
  ['In what year did it open?', 'date'],
  ['How many seats does a plan have?', 'number'],
  ['What percentage of tickets is closed?', 'number'],
  ['Who approves refunds?', 'person'],
  ['Where are invoices stored?', 'place'],
  ['What is the default port?', 'phrase'],
  ['How do I reset my password?', 'explanation'],
  ['Why does the export fail?', 'explanation'],
  ['What happens when the disk is full?', 'explanation'],
  ["What's the difference between a copy and a backup?", 'explanation'],
  ['export fails with error 42', 'explanation'],
  ['I renamed the file while an export ran. Which name will it have?', 'explanation'],
  ['Dr. Who? Which port is open?', 'person'],
])('%s asks for a %s', (text, asked) => {
  expect(analyseQuestion(text).asked).toBe(asked);
});

it('keeps the terms that say what it is about, and marks the specific ones', () => {
  const { terms, unit } = analyseQuestion('How many times does PostgreSQL 16 retry exports?');
  expect(terms).toEqual([
    { stem: 'time', specific: false },
    { stem: 'postgresql', specific: true },
    { stem: 'postgr', specific: true },
    { stem: 'sql', specific: true },
    { stem: '16', specific: true },
    { stem: 'retri', specific: false },
    { stem: 'export', specific: false },
  ]);
  expect(unit).toBe('time');
});

it('does not want the measure of a “how” question in the answer, but wants it elsewhere', () => {
  const terms = (text: string) => analyseQuestion(text).terms.map(({ stem }) => stem);
  expect(terms('How big may an invoice get?')).not.toContain('big');
  expect(terms('Which big invoice was paid?')).toContain('big');
});
