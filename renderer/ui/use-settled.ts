import { useEffect, useState } from 'react';

/** A value as it was when it last stayed the same for so long: what is written is looked at when the hand rests. */
export function useSettled<T>(value: T, ms = 250): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), ms);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return settled;
}
