import { StreamLanguage, type StringStream } from '@codemirror/language';
import { allowedFilters, allowedTags } from '../../app/core/template/template-words.ts';

interface LiquidState {
  /** What closes the part of the text that is no text. */
  until: '}}' | '%}' | undefined;
  isFilter: boolean;
}

const words = new Set(['and', 'or', 'contains', 'in', 'true', 'false', 'nil', 'null', 'empty', 'blank']);

/** Templates in Liquid: text, with outputs and tags in it. */
export const liquid = StreamLanguage.define<LiquidState>({
  name: 'liquid',
  startState: () => ({ until: undefined, isFilter: false }),
  token(stream, state) {
    return state.until === undefined ? text(stream, state) : inside(stream, state, state.until);
  },
});

function text(stream: StringStream, state: LiquidState): string | null {
  const opened = stream.match(/^\{\{-?|^\{%-?/);
  if (opened && typeof opened === 'object') {
    state.until = opened[0].startsWith('{{') ? '}}' : '%}';
    state.isFilter = false;
    return 'bracket';
  }
  stream.next();
  // To the next brace at once: a long text is one token a line, not one a letter.
  stream.eatWhile(/[^{]/);
  return null;
}

function inside(stream: StringStream, state: LiquidState, until: '}}' | '%}'): string | null {
  if (stream.eatSpace()) return null;
  if (stream.match(new RegExp(`^-?${until}`))) {
    state.until = undefined;
    return 'bracket';
  }
  if (stream.match(/^"[^"]*"?|^'[^']*'?/)) return 'string';
  if (stream.match(/^-?\d+(?:\.\d+)?/)) return 'number';
  if (stream.match('|')) {
    state.isFilter = true;
    return 'operator';
  }
  const word = stream.match(/^[A-Za-z_][\w-]*/);
  if (word && typeof word === 'object') {
    const { isFilter } = state;
    state.isFilter = false;
    if (isFilter && allowedFilters.has(word[0])) return 'function';
    if (words.has(word[0])) return 'keyword';
    if (until === '%}' && (allowedTags.has(word[0]) || word[0].startsWith('end') || /^els(e|if)$/.test(word[0])))
      return 'keyword';
    return 'variableName';
  }
  stream.next();
  return 'operator';
}
