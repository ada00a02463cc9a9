import type { Overlay } from './overlay.ts';

/** Every layer: each folder here with an `overlay.ts` that exports `overlay`, and nothing else says that it exists. */
const modules = import.meta.glob<{ overlay: Overlay }>('./*/overlay.ts', { eager: true });

export const overlays: readonly Overlay[] = Object.values(modules).map(({ overlay }) => overlay);
