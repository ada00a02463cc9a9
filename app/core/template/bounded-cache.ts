/** Keeps what is expensive to compile, by its source. When it is full, the oldest half goes. */
export interface BoundedCache<T> {
  get(key: string, make: () => T): T;
}

export function boundedCache<T>(capacity: number): BoundedCache<T> {
  const entries = new Map<string, T>();
  return {
    get(key, make) {
      const known = entries.get(key);
      if (known !== undefined) return known;
      const made = make();
      if (entries.size >= capacity) {
        for (const old of [...entries.keys()].slice(0, Math.ceil(capacity / 2))) entries.delete(old);
      }
      entries.set(key, made);
      return made;
    },
  };
}
