/**
 * What a source gives, in pieces: everything that comes until `pause` is over after the first of a piece, at most `most`.
 * Many small messages are dear for who sends and who gets them.
 */
export async function* gathered<T>(
  source: AsyncIterator<T, unknown>,
  { pause, most }: { pause: () => Promise<unknown>; most: number },
): AsyncGenerator<T[], void> {
  try {
    for (let coming = source.next(); ; ) {
      const first = await coming;
      if (first.done) return;
      const piece = [first.value];
      coming = source.next();
      const over = pause().then(() => undefined);
      while (piece.length < most) {
        // A failure is told after what came before it.
        const next = await Promise.race([coming.catch(() => undefined), over]);
        if (!next || next.done) break;
        piece.push(next.value);
        coming = source.next();
      }
      // Nobody may ask for the rest: then its failure is nobody's.
      coming.catch(() => undefined);
      yield piece;
    }
  } finally {
    await source.return?.();
  }
}
