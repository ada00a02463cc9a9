import { describe, expect, it } from 'vitest';
import { differenceLines } from './cassette-lines.ts';

const look = { style: (_: string, text: string) => text, width: 80 };
const text = (change: object, kind: 'request' | 'output' = 'request') =>
  differenceLines({ kind, at: 'ask', what: 'model.generate', changes: [{ path: '$.text', ...change }] }, look);

describe('differenceLines', () => {
  it('shows the lines that changed between those that did not', () => {
    const before = ['one', 'two', 'three', 'four', 'five', 'six'].join('\n');
    expect(text({ before, after: before.replace('three', '3') })).toEqual([
      '    request ask  model.generate  asks something else',
      '      $.text',
      '          two',
      '        - three',
      '        + 3',
      '          four',
    ]);
  });

  it('shows a long line from shortly before it changes, and cuts it at the width', () => {
    const same = 'word '.repeat(60);
    const lines = text({ before: `${same}yes`, after: `${same}no ${same}` });
    expect(lines[2]).toMatch(/^ {8}- ….*yes$/);
    expect(lines[3]).toMatch(/^ {8}\+ ….*no word.*…$/);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it('bounds what it shows', () => {
    const many = Array.from({ length: 400 }, (_, i) => `line ${i}`).join('\n');
    expect(text({ before: '', after: many }).length).toBeLessThan(40);
    const changes = Array.from({ length: 50 }, (_, i) => ({ path: `$[${i}]`, after: i }));
    expect(differenceLines({ kind: 'output', at: 'a', changes }, look).at(-1)).toContain('42 more places');
  });

  it('lets nothing of a file reach the terminal as a command', () => {
    const shown = text({ before: 'a', after: '\u001b[31mred\u0007' }).join('\n');
    for (const mark of ['\u0007', '\u001b']) expect(shown).not.toContain(mark);
    expect(shown).toContain('red');
  });

  it.each([
    [{ kind: 'step', at: 'a', recorded: 'succeeded' }, 'a  succeeded → not there'],
    [{ kind: 'step', at: 'a', now: 'skipped' }, 'a  not there → skipped'],
    [{ kind: 'call', at: 'a', what: 'model.generate', recorded: 'was made' }, 'was made, and is not any more'],
    [{ kind: 'value', at: 'a', what: 'clock', now: 'is asked for' }, 'a  clock  is asked for'],
  ] as const)('says in words: %j', (difference, words) => {
    expect(differenceLines(difference, look)[0]).toContain(words);
  });
});
