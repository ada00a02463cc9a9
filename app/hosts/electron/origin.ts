/** The scheme that the shell serves the studio by, its one origin, and the page in it. */
export const SCHEME = 'app';
export const ORIGIN = `${SCHEME}://bundle`;
export const PAGE = `${ORIGIN}/`;

/** Whether a URL belongs to the studio: compared as an origin, so that `app://bundle.evil` or `app://bundle@evil` do not. */
export function isOwnUrl(url: string): boolean {
  try {
    const { protocol, host, username, password } = new URL(url);
    return protocol === `${SCHEME}:` && host === 'bundle' && username === '' && password === '';
  } catch {
    return false;
  }
}
