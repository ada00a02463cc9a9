import type { App, Session } from 'electron';
import { isOwnUrl, ORIGIN, SCHEME } from './origin.ts';

/** The one permission that the studio has: putting text that it made on the clipboard when a person asks for it. */
const GRANTED: ReadonlySet<string> = new Set(['clipboard-sanitized-write']);

/** Takes from a session whatever a page could ask of the machine, and its network: everything is served by `app:`. */
export function lockDownSession(session: Session): void {
  const allowed = (permission: string, origin: string) => GRANTED.has(permission) && isOwnUrl(origin);
  session.setPermissionRequestHandler((_contents, permission, decide, details) =>
    decide(details.isMainFrame && allowed(permission, details.requestingUrl)),
  );
  session.setPermissionCheckHandler((_contents, permission, origin) => allowed(permission, origin));
  session.setDevicePermissionHandler(() => false);
  session.setDisplayMediaRequestHandler((_request, decide) => decide({}));
  session.webRequest.onBeforeRequest(({ url }, decide) => decide({ cancel: !isLocal(url) }));
}

function isLocal(url: string): boolean {
  return isOwnUrl(url) || url.startsWith(`blob:${ORIGIN}/`) || url.startsWith('data:image/');
}

/**
 * Keeps every page where it is: it neither goes elsewhere nor opens windows or other contents. A link to the outside is
 * handed on, for a person to decide about.
 */
export function lockDownContents(app: App, openOutside: (url: string) => void): void {
  app.on('web-contents-created', (_event, contents) => {
    const stay = (event: { preventDefault(): void }) => event.preventDefault();
    contents.on('will-navigate', stay);
    contents.on('will-redirect', stay);
    contents.on('will-frame-navigate', stay);
    contents.on('will-attach-webview', stay);
    contents.setWindowOpenHandler(({ url }) => {
      openOutside(url);
      return { action: 'deny' };
    });
  });
}

/** Makes the scheme a proper origin. Must run before Electron is ready. */
export const schemePrivileges = [
  { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
];

/** Whether a message came from the studio's own page: its top frame, and of its origin. */
export function isOwnFrame(frame: { url: string; parent: unknown } | null | undefined): boolean {
  return frame !== null && frame !== undefined && frame.parent === null && isOwnUrl(frame.url);
}

/** What the page that shows the studio may do: nothing beyond a page in a browser. */
export const webPreferences = {
  sandbox: true,
  contextIsolation: true,
  nodeIntegration: false,
  nodeIntegrationInWorker: false,
  nodeIntegrationInSubFrames: false,
  webSecurity: true,
  webviewTag: false,
  navigateOnDragDrop: false,
  spellcheck: false,
} as const;
