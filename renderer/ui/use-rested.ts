import { useEffect, useState } from 'react';

/** Long enough that a word is written before it is searched for. */
const RESTS_MS = 250;

/** A text as it stands when nothing was typed for a while. */
export function useRested(text: string): string {
  const [rested, setRested] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setRested(text), RESTS_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return rested;
}
