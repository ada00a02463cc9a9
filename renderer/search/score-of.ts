/** How well words fit what was typed: the title counts more than what it is about; 0 leaves it out. */
export function scoreOf(search: string, [title = '', ...about]: readonly string[]): number {
  let name = title.toLowerCase();
  const more = about.join(' ').toLowerCase();
  let score = 1;
  for (const word of search.toLowerCase().split(/\s+/).filter(Boolean)) {
    const at = placeOf(word, name);
    const own = at === 0 ? 1 : at < 0 ? 0 : isWordStart(name, at) ? 0.9 : 0.6;
    const best = own || (more.includes(word) ? 0.4 : isSpread(word, name) ? 0.3 : 0);
    if (best === 0) return 0;
    score *= best;
    // What one word has found the next one does not find again: `context text context` names two different ends.
    if (at >= 0) name = `${name.slice(0, at)} ${name.slice(at + word.length)}`;
  }
  return score;
}

function isWordStart(text: string, at: number): boolean {
  return at === 0 || !/[a-z0-9]/.test(text.charAt(at - 1));
}

/** Where a word stands: where a word begins, if it can be; -1 when it stands nowhere. */
function placeOf(word: string, text: string): number {
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) if (isWordStart(text, at)) return at;
  return text.indexOf(word);
}

/** Whether the letters stand in the text in this order, as in `rtr` for “retriever”. */
function isSpread(letters: string, text: string): boolean {
  let at = -1;
  for (const letter of letters) {
    at = text.indexOf(letter, at + 1);
    if (at < 0) return false;
  }
  return letters.length > 1;
}
