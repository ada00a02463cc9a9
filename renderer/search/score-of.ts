/** How well words fit what was typed: the title counts more than what it is about; 0 leaves it out. */
export function scoreOf(search: string, [title = '', ...about]: readonly string[]): number {
  const name = title.toLowerCase();
  const more = about.join(' ').toLowerCase();
  let score = 1;
  for (const word of search.toLowerCase().split(/\s+/).filter(Boolean)) {
    const own = name.startsWith(word) ? 1 : name.includes(word) ? 0.8 : 0;
    const best = own || (more.includes(word) ? 0.4 : isSpread(word, name) ? 0.3 : 0);
    if (best === 0) return 0;
    score *= best;
  }
  return score;
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
