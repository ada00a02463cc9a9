import { SECURITY_HEADERS } from '../web/content-security.ts';
import type { StaticFile } from '../web/static-files.ts';
import { isOwnUrl } from './origin.ts';

/**
 * Answers requests of the scheme `app:` from the files of the built studio, with the headers that the browser's host
 * sends. A path is looked up in a list of files and never made into a file name.
 */
export function serveBundle(
  files: (path: string) => Promise<StaticFile | undefined>,
): (request: { url: string; method: string }) => Promise<Response> {
  return async ({ url, method }) => {
    if (!isOwnUrl(url)) return refuse(403);
    if (method !== 'GET' && method !== 'HEAD') return refuse(405);
    const file = await files(new URL(url).pathname);
    if (!file) return refuse(404);
    const headers = { ...SECURITY_HEADERS, 'content-type': file.type, 'cache-control': 'no-store' };
    return new Response(method === 'HEAD' ? null : new Uint8Array(file.bytes), { status: 200, headers });
  };
}

function refuse(status: number): Response {
  return new Response(null, { status, headers: SECURITY_HEADERS });
}
