import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright';

/** Where Debian, Ubuntu and Chrome's own packages put it; `PIPEWRIGHT_CHROMIUM` names another one. */
const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** The browser that the journeys run in; none means that they are skipped, which CI reports. */
export const chromiumPath = [process.env['PIPEWRIGHT_CHROMIUM'], ...places].find((path) => path && existsSync(path));

/**
 * What only costs time here: for each window the browser makes pages for its own bar of addresses, and keeps a process
 * ready for whatever may be opened next. An empty window took 0.7 s of processor time, and takes 0.2. The last list counts, so
 * what Playwright turns off stands here again.
 */
const disabledFeatures = [
  'WebUIOmniboxPopup',
  'WebUIOmniboxAimPopup',
  'WebUIOmniboxFullPopup',
  'SpareRendererForSitePerProcess',
  'AimEnabled',
  'AvoidCorsURLLoaderRestartOnRedirect',
  'AvoidUnnecessaryBeforeUnloadCheckSync',
  'DestroyProfileOnBrowserClose',
  'HttpsFirstBalancedModeAutoEnable',
  'HttpsUpgrades',
  'LensOverlay',
  'MediaRouter',
  'NetworkTimeServiceQuerying',
  'OptimizationHints',
  'PaintHolding',
  'PreconnectToSearch',
  'ThirdPartyStoragePartitioning',
];

export function startChromium(): Promise<Browser> {
  return chromium.launch({
    ...(chromiumPath !== undefined && { executablePath: chromiumPath }),
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      `--disable-features=${disabledFeatures.join(',')}`,
    ],
  });
}
