import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright';

/** Where Debian, Ubuntu and Chrome's own packages put it; `PIPEWRIGHT_CHROMIUM` names another one. */
const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** The browser that the journeys run in; none means that they are skipped, which CI reports. */
export const chromiumPath = [process.env['PIPEWRIGHT_CHROMIUM'], ...places].find((path) => path && existsSync(path));

export function startChromium(): Promise<Browser> {
  return chromium.launch({
    ...(chromiumPath !== undefined && { executablePath: chromiumPath }),
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  });
}
