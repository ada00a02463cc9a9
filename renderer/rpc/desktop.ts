import type { DesktopBridge } from '../../app/core/contracts/desktop-bridge.ts';

/** What the desktop shell gives this page; in a browser there is none. */
export function desktopBridge(): DesktopBridge | undefined {
  const bridge: unknown = Reflect.get(window, 'pipewright');
  return typeof bridge === 'object' && bridge !== null ? (bridge as DesktopBridge) : undefined;
}
