import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonArbitrary } from '../../../test/kit/json-arbitrary.ts';
import { jsonLines } from './json-lines.ts';

describe('jsonLines', () => {
  it('puts what is inside on one line where it fits', () => {
    const turns = [
      { turn: 1, calls: [{ tool: 'search', outcome: 'done' }] },
      { turn: 2, calls: [] },
    ];
    expect(jsonLines({ turns, why: 'answer' }, 66)).toEqual([
      '{',
      '  "turns": [',
      '    {"turn": 1, "calls": [{"tool": "search", "outcome": "done"}]},',
      '    {"turn": 2, "calls": []}',
      '  ],',
      '  "why": "answer"',
      '}',
    ]);
    expect(jsonLines(turns, 40)).toEqual([
      '[',
      '  {',
      '    "turn": 1,',
      '    "calls": [',
      '      {',
      '        "tool": "search",',
      '        "outcome": "done"',
      '      }',
      '    ]',
      '  },',
      '  {"turn": 2, "calls": []}',
      ']',
    ]);
  });

  it('is the same value, at any width', () => {
    fc.assert(
      fc.property(jsonArbitrary, fc.integer({ min: 0, max: 100 }), (value, width) => {
        const lines = jsonLines(value, width);
        expect(JSON.parse(lines.join('\n'))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});
