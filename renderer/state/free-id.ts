const LONGEST = 64;

/**
 * An id that is not taken, made from what it stands for: `retriever`, then `retriever-2`. Ids are read by people, in
 * files and messages, so they are words and no numbers drawn by lot.
 */
export function freeId(wish: string, isTaken: (id: string) => boolean): string {
  const base = slug(wish);
  if (!isTaken(base)) return base;
  for (let n = 2; ; n += 1) {
    const end = `-${n}`;
    const id = `${base.slice(0, LONGEST - end.length)}${end}`;
    if (!isTaken(id)) return id;
  }
}

/** Letters, digits, `_` and `-`, beginning with a letter or digit, at most 64. */
export function slug(text: string): string {
  const words = text
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .replace(/[^A-Za-z0-9_-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '')
    .slice(0, LONGEST)
    .replace(/-+$/, '');
  return words === '' ? 'node' : words;
}

/** The number at the end of an id does not belong to its name: copies of `rank-2` are `rank-3`, not `rank-2-2`. */
export function withoutNumber(id: string): string {
  return id.replace(/-\d+$/, '') || id;
}
