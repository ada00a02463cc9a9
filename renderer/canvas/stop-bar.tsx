import { CirclePause } from 'lucide-react';
import { type ReactNode, useEffect } from 'react';
import { useStore } from 'zustand';
import { titleOf } from '../actions/action.ts';
import { ariaKeys, keysOf, shownKeys } from '../actions/keys.ts';
import { actionOf, perform } from '../actions/registry.ts';
import { stepName } from '../nodes/stop-names.ts';
import { ActionButton } from '../shell/action-button.tsx';
import { useStudio } from '../shell/studio-context.ts';
import { useLookedStop, useStops } from '../shell/use-stops.ts';
import { nodeIn } from '../state/stops.ts';
import { showPanel } from '../state/view-store.ts';
import { t } from '../strings/text.ts';
import { Button } from '../ui/button.tsx';
import { Kbd } from '../ui/kbd.tsx';
import { useCanvasDocument } from './canvas-context.ts';
import styles from './stop-bar.module.css';

/** Over the canvas while the run is stopped at a breakpoint: where, and how it goes on. */
export function StopBar(): ReactNode {
  const studio = useStudio();
  const open = useCanvasDocument();
  const stops = useStops(open);
  const stop = useLookedStop(open);
  const doc = useStore(open.document.store, (state) => state.doc);
  const busy = useStore(open.debug.stops, (state) => state.busy);
  const isStopped = stop !== undefined;
  // What is to be seen at a stop stands in the panel.
  useEffect(() => {
    if (isStopped) showPanel(studio.view, 'left', 'debug');
  }, [isStopped, studio]);
  if (!stop) return null;
  const node = nodeIn(doc, stop.step);
  const reveal = () => {
    if (node === undefined) return;
    open.document.select([node]);
    studio.canvas.getState().handle?.reveal(node);
  };
  return (
    <section className={styles['bar']} aria-label={t('debug.bar')}>
      <CirclePause aria-hidden />
      {stops.length > 1 ? (
        <select
          className={styles['choice']}
          aria-label={t('debug.stops', { count: stops.length })}
          value={stop.wait}
          onChange={({ target }) => open.debug.stops.setState({ chosen: target.value })}
        >
          {stops.map(({ wait, step }) => (
            <option key={wait} value={wait}>
              {t('debug.before', { step: stepName(doc, step) })}
            </option>
          ))}
        </select>
      ) : (
        <button type="button" className={styles['place']} onClick={reveal} title={t('debug.reveal')}>
          {t('debug.before', { step: stepName(doc, stop.step) })}
        </button>
      )}
      <KeyButton action="debug.continue" disabled={busy} primary />
      <KeyButton action="debug.step" disabled={busy} />
      <ActionButton action="debug.until" disabled={busy} />
    </section>
  );
}

interface KeyButtonProps {
  action: string;
  disabled: boolean;
  primary?: boolean;
}

/** A button with the words and the keys of an action. */
function KeyButton({ action: id, disabled, primary = false }: KeyButtonProps): ReactNode {
  const studio = useStudio();
  const action = actionOf(id);
  const [keys] = keysOf(
    action,
    useStore(studio.view, (view) => view.keys),
  );
  return (
    <Button
      look={primary ? 'primary' : 'plain'}
      className={primary ? styles['primary'] : undefined}
      disabled={disabled}
      aria-keyshortcuts={keys && ariaKeys(keys)}
      onClick={() => perform(studio, action)}
    >
      {titleOf(action)}
      {keys !== undefined && (
        <span aria-hidden>
          <Kbd keys={shownKeys(keys)} />
        </span>
      )}
    </Button>
  );
}
