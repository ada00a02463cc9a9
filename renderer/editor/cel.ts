import { StreamLanguage } from '@codemirror/language';

/** Functions and macros of CEL that expressions may call; `celFunctions` of the tests calls each. */
export const celFunctions: readonly string[] =
  `all bool contains double duration endsWith exists exists_one filter has indexOf int join lastIndexOf lowerAscii map
  matches size split startsWith string substring timestamp trim upperAscii`.split(/\s+/);
export const celWords: readonly string[] = ['true', 'false', 'null', 'in'];

/** Expressions in CEL, coloured line by line. */
export const cel = StreamLanguage.define<object>({
  name: 'cel',
  startState: () => ({}),
  token(stream) {
    if (stream.eatSpace()) return null;
    if (stream.match(/^\/\/.*/)) return 'comment';
    if (stream.match(/^"(?:[^"\\]|\\.)*"?|^'(?:[^'\\]|\\.)*'?/)) return 'string';
    if (stream.match(/^\d+(?:\.\d+)?(?:[eE][+-]?\d+)?u?/)) return 'number';
    const word = stream.match(/^[A-Za-z_]\w*/);
    if (word && typeof word === 'object') {
      if (celWords.includes(word[0])) return 'keyword';
      return stream.match(/^\s*\(/, false) ? 'function' : 'variableName';
    }
    if (stream.match(/^[+\-*/%=!<>&|?:]+/)) return 'operator';
    stream.next();
    return 'punctuation';
  },
  tokenTable: {},
});
