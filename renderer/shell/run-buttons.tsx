import { Play, Square } from 'lucide-react';
import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import { titleOf } from '../actions/action.ts';
import { ariaKeys, keysOf, shownKeys } from '../actions/keys.ts';
import { actionOf, perform } from '../actions/registry.ts';
import type { OpenDocument } from '../state/open-documents.ts';
import { isLive, isOpen } from '../state/run-session.ts';
import { Button } from '../ui/button.tsx';
import { Tooltip } from '../ui/tooltip.tsx';
import { ActionButton } from './action-button.tsx';
import { useStudio } from './studio-context.ts';

/** Run; while a run is under way, Pause and Stop; after a pause, Go on. */
export function RunButtons({ open }: { open: OpenDocument }): ReactNode {
  const studio = useStudio();
  const live = useStore(open.run.store, isLive);
  const isPaused = useStore(open.run.store, ({ status }) => status === 'interrupted');
  const isParked = useStore(open.run.store, (state) => isOpen(state) && !isLive(state));
  const action = actionOf(live ? 'run.stop' : 'run.start');
  const [keys] = keysOf(
    actionOf('run.toggle'),
    useStore(studio.view, (view) => view.keys),
  );
  const Picture = live ? Square : Play;
  return (
    <>
      {live && <ActionButton action="run.pause" />}
      {isPaused && <ActionButton action="run.resume" />}
      {isParked && <ActionButton action="run.stop" />}
      <Tooltip label={titleOf(action)} keys={keys && shownKeys(keys)} side="bottom">
        <Button
          look={live ? 'danger' : 'primary'}
          data-tour="run"
          aria-keyshortcuts={keys && ariaKeys(keys)}
          onClick={() => perform(studio, action)}
        >
          <Picture aria-hidden />
          {titleOf(action)}
        </Button>
      </Tooltip>
    </>
  );
}
