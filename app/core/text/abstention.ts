/** The sentence by which an answer says that its sources do not hold the answer. Prompts ask models for it by name. */
export const abstentionSentence = 'I could not find an answer to this in the available sources.';

const bare = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
const known = bare(abstentionSentence);

/** Whether an answer is an abstention: the sentence above, with whatever punctuation, quotes or markup around it. */
export function isAbstention(answer: string): boolean {
  return answer.length <= 400 && bare(answer).startsWith(known);
}
