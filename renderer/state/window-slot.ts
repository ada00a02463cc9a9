import { keepText, keptText } from './kept.ts';

const NAME = 'slot';
const lockOf = (slot: string) => `pipewright.window.${slot}`;

/**
 * The name under which this window leaves unsaved work, the same after a reload. A window that was duplicated carries
 * the name of the other one: whoever comes second takes a new one, told by a lock that lives as long as the window.
 */
export async function windowSlot(): Promise<string> {
  const kept = keptText('window', NAME);
  if (kept !== undefined && /^[A-Za-z0-9_-]{8,64}$/.test(kept) && (await hold(kept))) return kept;
  const slot = crypto.randomUUID();
  keepText('window', NAME, slot);
  await hold(slot);
  return slot;
}

/** Whether another window that is open now leaves its work under this name. */
export async function isHeld(slot: string): Promise<boolean> {
  const { held = [] } = await navigator.locks.query();
  return held.some(({ name }) => name === lockOf(slot));
}

function hold(slot: string): Promise<boolean> {
  return new Promise((resolve) => {
    const held = navigator.locks.request(lockOf(slot), { ifAvailable: true }, (lock) => {
      resolve(lock !== null);
      // Held until the window is gone.
      return lock === null ? undefined : new Promise<void>(() => undefined);
    });
    // A browser without locks: the name is as good as it can be.
    held.catch(() => resolve(true));
  });
}
