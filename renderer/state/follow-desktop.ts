import type { DesktopBridge } from '../../app/core/contracts/desktop-bridge.ts';
import { actions, perform } from '../actions/registry.ts';
import { openOverlay, type Studio } from './studio.ts';

/** Does what is chosen in the desktop app's menu, and shows the files that it was asked to look at. */
export function followDesktop(studio: Studio, bridge: DesktopBridge | undefined): void {
  if (!bridge) return;
  bridge.onAction((id) => {
    const action = actions.find((one) => one.id === id);
    if (action) perform(studio, action);
  });
  bridge.onPreview((file) => openOverlay(studio, 'preview-file', file));
  void bridge.ready().catch(studio.notices.fail);
}
