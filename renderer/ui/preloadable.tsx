import { type ComponentType, lazy, type ReactNode, useState } from 'react';

/** A part of the page whose code is fetched when it is shown first, or before that by `preload`. */
export interface Preloadable<P> {
  component: ComponentType<P>;
  preload: () => Promise<void>;
}

/**
 * What was fetched before is drawn at once: the library's own `lazy` lets a part wait even when its code is there, and
 * what is typed meanwhile goes elsewhere.
 */
export function preloadable<P extends object>(load: () => Promise<ComponentType<P>>): Preloadable<P> {
  let loaded: ComponentType<P> | undefined;
  const Later = lazy(async () => ({ default: await load() }));

  // biome-ignore lint/correctness/noComponentHookFactories: made once for a part, not at each drawing
  function Part(props: P): ReactNode {
    // One and the same for as long as it is shown: another one would begin anew.
    const [{ Body }] = useState(() => ({ Body: loaded ?? Later }));
    return <Body {...props} />;
  }

  return {
    component: Part,
    async preload() {
      loaded ??= await load();
    },
  };
}
