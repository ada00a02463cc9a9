import { preloadable } from '../../ui/preloadable.tsx';
import { defineOverlay } from '../overlay.ts';

export const overlay = defineOverlay({
  id: 'commands',
  ...preloadable(async () => (await import('./commands-dialog.tsx')).CommandsDialog),
});
