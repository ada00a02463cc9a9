/** How well a type fits what was typed: its title counts more than what it is about; 0 leaves it out. */
export function scoreOf(value: string, search: string, keywords: readonly string[] = []): number {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const [title = '', about = ''] = keywords.map((text) => text.toLowerCase());
  const name = value.toLowerCase();
  let score = 1;
  for (const word of words) {
    const own = title.startsWith(word) ? 1 : title.includes(word) || name.includes(word) ? 0.8 : 0;
    const best = own || (about.includes(word) ? 0.4 : isSpread(word, title) ? 0.3 : 0);
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
