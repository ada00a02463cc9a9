import { useLayoutEffect, useRef, useState } from 'react';

type Handlers<T> = { readonly [name in keyof T]: (...given: never[]) => unknown };

/**
 * Handlers that stay the same functions over every drawing and do what their newest versions do. For whoever does a lot
 * when it is given another one.
 */
export function useSteady<T extends Handlers<T>>(newest: T): T {
  const now = useRef(newest);
  useLayoutEffect(() => {
    now.current = newest;
  });
  return useState(() => steady(now))[0];
}

/** Functions that do what those of the same names do that lie there when they are called. */
export function steady<T extends Handlers<T>>(now: { readonly current: T }): T {
  const names = Object.keys(now.current) as (keyof T)[];
  return Object.fromEntries(names.map((name) => [name, (...given: never[]) => now.current[name](...given)])) as T;
}
