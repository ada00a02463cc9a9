import { describe, expect, it } from 'vitest';
import { parsePrompt } from './prompt-file.ts';

const answer = `---
description: Answers from the context
variables: [question, context]
---
# system
You answer from the context.

# Not a role
stays text

# user
{{ context.text }}

Question: {{ question }}
`;

function failure(text: string): unknown {
  try {
    parsePrompt(text, 'prompts/a.md');
  } catch (thrown) {
    return thrown;
  }
  throw new Error('did not fail');
}

describe('parsePrompt', () => {
  it('reads front matter and messages', () => {
    const prompt = parsePrompt(answer);
    expect(prompt.description).toBe('Answers from the context');
    expect(prompt.variables).toEqual(['question', 'context']);
    expect(prompt.messages.map(({ role, line }) => [role, line])).toEqual([
      ['system', 6],
      ['user', 12],
    ]);
    expect(prompt.render({ question: 'Why?', context: { text: '{{7*7}}' } })).toEqual([
      { role: 'system', content: 'You answer from the context.\n\n# Not a role\nstays text' },
      { role: 'user', content: '{{7*7}}\n\nQuestion: Why?' },
    ]);
  });

  it('reads block lists, quotes, Windows line ends and a byte order mark', () => {
    const prompt = parsePrompt(
      '\uFEFF---\r\nvariables:\r\n  - a\r\n  - "b"\r\ndescription: "x: y"\r\n---\r\n\r\n# user\r\n{{ a }}\r\n{{ b }}\r\n',
    );
    expect(prompt.variables).toEqual(['a', 'b']);
    expect(prompt.description).toBe('x: y');
    expect(prompt.render({ a: 1, b: 2 })).toEqual([{ role: 'user', content: '1\n2' }]);
  });

  it('needs no front matter, and an escaped heading is text', () => {
    expect(parsePrompt('# user\n\\# system\n# assistant\nok').render({})).toEqual([
      { role: 'user', content: '# system' },
      { role: 'assistant', content: 'ok' },
    ]);
  });

  it('gives a missing value its line in the file', () => {
    expect(() => parsePrompt(answer, 'prompts/a.md').render({ context: { text: '' } })).toThrow(
      expect.objectContaining({ code: 'template.missing_variable', where: 'prompts/a.md, line 14, column 14' }),
    );
  });

  it.each<[string, string, number, RegExp]>([
    ['nothing', '', 1, /no message/],
    ['text before the first message', '\nhello\n# user\nx', 2, /before the first message/],
    ['an empty message', '# system\n\n# user\nx', 1, /empty/],
    ['open front matter', '---\nvariables: [a]\n# user\nx', 1, /not closed/],
    ['an unknown key', '---\nvariable: [a]\n---\n# user\nx', 2, /Did you mean “variables”/],
    ['a key twice', '---\nvariables: [a]\nvariables: [b]\n---\n# user\nx', 3, /twice/],
    ['a variable twice', '---\nvariables: [a, a]\n---\n# user\nx', 1, /declared twice/],
    ['no list', '---\nvariables: a\n---\n# user\nx', 2, /not a list/],
    ['a bad name', '---\nvariables: [a-b]\n---\n# user\nx', 2, /not a name/],
    [
      'an undeclared variable',
      '---\nvariables: [question]\n---\n# user\nx\n{{ qestion }}',
      6,
      /Did you mean “question”/,
    ],
    ['bad syntax', '# user\nx\n{% if %}', 3, /not valid/],
  ])('refuses %s', (_name, text, line, message) => {
    const error = failure(text) as { code: string; message: string; where: string; remedy: string };
    expect(error.code).toBe('prompt.invalid');
    expect(error.message).toMatch(message);
    expect(error.where).toMatch(new RegExp(`^prompts/a\\.md, line ${line}(,|$)`));
    expect(error.remedy).toBeTruthy();
  });
});
