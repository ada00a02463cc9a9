import { userInfo } from 'node:os';

/** Who sits at this terminal, by the name of their account. */
export function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // A user id without an entry, as in some containers.
    return 'unknown';
  }
}
