import { ChevronLeft, ChevronRight } from 'lucide-react';
import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import type { Json } from '../../app/core/graph/json.ts';
import type { StepView } from '../../app/core/run/run-view.ts';
import { invocationOf, turnsOf } from '../state/invocations.ts';
import { t } from '../strings/text.ts';
import { IconButton } from '../ui/icon-button.tsx';
import { valueText } from '../values/value-text.ts';
import { useCanvasDocument, useCanvasRun } from './canvas-context.ts';
import styles from './node-preview.module.css';

/** Letters of a value that are shown. */
const SHOWN = 240;
const PORTS = 3;

/** What the node that is selected gave in the run that is shown, turn by turn where it had several. */
export function NodePreview({ node }: { node: string }): ReactNode {
  const { document } = useCanvasDocument();
  const { session: run, scope } = useCanvasRun();
  const isAlone = useStore(document.store, ({ selection }) => selection.size === 1);
  const steps = useStore(run.store, ({ nodes }) => nodes.get(scope + node)?.of);
  const looked = useStore(run.looked, ({ step }) => step);
  if (!isAlone || !steps || steps.length === 0) return null;
  const turns = [...steps].sort((a, b) => a.step.localeCompare(b.step, 'en', { numeric: true }));
  const step = invocationOf(turns, looked) ?? turns.at(-1);
  if (!step) return null;
  const at = turns.indexOf(step);
  const outputs = Object.entries(step.outputs).slice(0, PORTS);
  const go = (by: number) => run.looked.setState({ step: turns[at + by]?.step ?? step.step });
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a text that scrolls must be reached by keyboard
    <section className={`${styles['preview']} nodrag nopan nowheel`} aria-label={t('gave.title')} tabIndex={0}>
      {turns.length > 1 && (
        <div className={styles['pager']}>
          <IconButton icon={ChevronLeft} label={t('gave.before')} disabled={at === 0} onClick={() => go(-1)} />
          <span role="status">{t('gave.turn', { turn: turnsOf(step.step) || at + 1, of: turns.length })}</span>
          <IconButton
            icon={ChevronRight}
            label={t('gave.after')}
            disabled={at === turns.length - 1}
            onClick={() => go(1)}
          />
        </div>
      )}
      {step.error && <p className={styles['fault']}>{cut(step.error.message)}</p>}
      {outputs.map(([port, shown]) => (
        <p key={port}>
          <span className={styles['port']}>{port}</span> {textOf(shown)}
        </p>
      ))}
      {outputs.length === 0 && !step.error && <p className={styles['port']}>{t(`run.state.${step.state}`)}</p>}
    </section>
  );
}

function textOf(shown: StepView['outputs'][string]): string {
  const ref: object = shown;
  if ('value' in ref) return cut(valueText(ref.value as Json));
  return 'digest' in shown ? t('gave.large', { size: shown.bytes }) : t('gave.hidden');
}

const cut = (text: string) => (text.length <= SHOWN ? text : `${text.slice(0, SHOWN)} …`);
