import { expect, it } from 'vitest';
import { abstentionSentence, isAbstention } from './abstention.ts';

it('knows the sentence in the clothes that models give it', () => {
  for (const text of [
    abstentionSentence,
    ` **${abstentionSentence}**\n`,
    abstentionSentence.toUpperCase(),
    `“${abstentionSentence.replace('.', '')}”`,
    `${abstentionSentence} Please ask support.`,
  ]) {
    expect(isAbstention(text)).toBe(true);
  }
});

it('does not take an answer for one', () => {
  for (const text of [
    '',
    'I could not find the key in the drawer.',
    `The docs say: ${abstentionSentence}`,
    `${abstentionSentence} ${'But here is a long answer. '.repeat(20)}`,
  ]) {
    expect(isAbstention(text)).toBe(false);
  }
});
