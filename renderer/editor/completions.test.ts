import { CompletionContext } from '@codemirror/autocomplete';
import { EditorState } from '@codemirror/state';
import { describe, expect, it } from 'vitest';
import { compileExpression } from '../../app/core/template/expression.ts';
import { celFunctions } from './cel.ts';
import type { CodeLanguage } from './code-language.ts';
import { completionsFor } from './completions.ts';

/** What is offered at the bar of a text. */
function offered(language: CodeLanguage, marked: string): readonly string[] {
  const pos = marked.indexOf('|>');
  const state = EditorState.create({ doc: marked.replace('|>', '') });
  const source = completionsFor(language, () => ['question', 'context']);
  return source(new CompletionContext(state, pos, false))?.options.map(({ label }) => label) ?? [];
}

describe('completions', () => {
  it.each([
    ['liquid', 'Dear {{ |>', ['question', 'context']],
    ['liquid', 'Dear {{ que|> }}', ['question', 'context']],
    ['liquid', '{% for item in con|>', ['question', 'context']],
    ['cel', 'que|>', ['question', 'context', 'size']],
    ['cel', 'question.si|>', ['size', 'startsWith']],
    ['javascript', 'return inputs.|>', ['question', 'context']],
    ['javascript', 'return que|>', ['inputs.question']],
    ['sql', 'SELECT * FROM a WHERE b = :|>', [':question']],
    ['liquid', '{{ question | up|> }}', ['upcase']],
    ['liquid', '{% |>', ['if', 'for']],
    ['schema', '{ "ty|>', ['type', 'properties']],
  ] as const)('of %s in %j', (language, text, expected) => {
    expect(offered(language, text)).toEqual(expect.arrayContaining([...expected]));
  });

  it.each([
    ['liquid', 'Dear |>'],
    ['liquid', '{{ question }} |>'],
    ['liquid', '{{ question.|>'],
    ['cel', '|>'],
    ['sql', 'SELECT que|>'],
  ] as const)('of %s in %j: nothing of ours', (language, text) => {
    expect(offered(language, text)).toEqual([]);
  });

  it('never name a variable where a filter or a member stands', () => {
    expect(offered('liquid', '{{ question | |> }}')).not.toContain('question');
    expect(offered('cel', 'question.|>')).not.toContain('context');
  });

  it.each([
    ['all', '[1, 2].all(x, x > 0)'],
    ['bool', 'bool("true")'],
    ['contains', '"abc".contains("b")'],
    ['double', 'double("1.5") == 1.5'],
    ['duration', 'duration("1h") == duration("60m")'],
    ['endsWith', '"abc".endsWith("c")'],
    ['exists', '[1, 2].exists(x, x == 2)'],
    ['exists_one', '[1, 2].exists_one(x, x == 2)'],
    ['filter', '[1, 2].filter(x, x > 1) == [2]'],
    ['has', '!has(value.gone)'],
    ['indexOf', '"abc".indexOf("c") == 2'],
    ['int', 'int("2") == 2'],
    ['join', '["a", "b"].join("-") == "a-b"'],
    ['lastIndexOf', '"aba".lastIndexOf("a") == 2'],
    ['lowerAscii', '"A".lowerAscii() == "a"'],
    ['map', '[1].map(x, x + 1) == [2]'],
    ['matches', '"abc".matches("^a")'],
    ['size', '"abc".size() == 3'],
    ['split', '"a,b".split(",") == ["a", "b"]'],
    ['startsWith', '"abc".startsWith("a")'],
    ['string', 'string(1) == "1"'],
    ['substring', '"abc".substring(1) == "bc"'],
    ['timestamp', 'timestamp("2026-01-01T00:00:00Z") < timestamp("2026-01-02T00:00:00Z")'],
    ['trim', '" a ".trim() == "a"'],
    ['upperAscii', '"a".upperAscii() == "A"'],
  ])('offer %s, which expressions have', (name, source) => {
    expect(celFunctions).toContain(name);
    expect(compileExpression(source).evaluate({ value: {} })).toBe(true);
  });
});
