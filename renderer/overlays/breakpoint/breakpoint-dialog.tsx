import { type ReactNode, useId, useState } from 'react';
import { isAppError } from '../../../app/core/errors/app-error.ts';
import { compileExpression } from '../../../app/core/template/expression.ts';
import { CodeBox } from '../../editor/code-box.tsx';
import { placeName } from '../../nodes/stop-names.ts';
import { useActiveDocument } from '../../shell/studio-context.ts';
import { type Mark, plainMark } from '../../state/debugging.ts';
import { type ItemRef, itemOf } from '../../state/items.ts';
import { t } from '../../strings/text.ts';
import { Button } from '../../ui/button.tsx';
import { Check } from '../../ui/check.tsx';
import { classes } from '../../ui/classes.ts';
import { Dialog } from '../../ui/dialog.tsx';
import field from '../../ui/field.module.css';
import type { OverlayProps } from '../overlay.ts';
import styles from './breakpoint.module.css';

const counts = ['always', 'hit', 'every'] as const;

/** When runs stop at a breakpoint. `given` is what it stands on. */
export function BreakpointDialog({ given, onClose }: OverlayProps): ReactNode {
  const open = useActiveDocument();
  if (!open || typeof given !== 'string') return null;
  const name = placeName(open.document.store.getState().doc, given);
  const { debug } = open;
  return (
    <MarkForm
      name={name}
      at={given}
      mark={debug.store.getState().marks.get(given) ?? plainMark}
      onSave={(mark) => {
        debug.setMark(given, mark);
        onClose();
      }}
      onClose={onClose}
    />
  );
}

interface MarkFormProps {
  name: string;
  at: ItemRef;
  mark: Mark;
  /** Undefined: it is taken away. */
  onSave: (mark: Mark | undefined) => void;
  onClose: () => void;
}

function MarkForm({ name, at, mark, onSave, onClose }: MarkFormProps): ReactNode {
  const [draft, setDraft] = useState(mark);
  const [times, setTimes] = useState(String(mark.times));
  const id = useId();
  const problem = faultOf(draft.when);
  const isCount = /^[1-9]\d{0,8}$/.test(times);
  const isWhole = problem === undefined && (draft.count === 'always' || isCount);
  const change = (more: Partial<Mark>) => setDraft((before) => ({ ...before, ...more }));
  const isWire = itemOf(at).kind === 'edge';
  const save = () => {
    if (isWhole) onSave({ ...draft, times: isCount ? Number(times) : 1 });
  };
  return (
    <Dialog
      title={t('breakpoint.title', { name })}
      onClose={onClose}
      foot={
        <>
          <Button look="quiet" onClick={() => onSave(undefined)}>
            {t('breakpoint.remove')}
          </Button>
          <Button onClick={onClose}>{t('dialog.cancel')}</Button>
          <Button look="primary" type="submit" form={`${id}-form`} disabled={!isWhole}>
            {t('breakpoint.save')}
          </Button>
        </>
      }
    >
      <form
        id={`${id}-form`}
        className={styles['form']}
        onSubmit={(event) => {
          event.preventDefault();
          save();
        }}
      >
        <Check label={t('breakpoint.enabled')} checked={draft.enabled} onChange={(enabled) => change({ enabled })} />
        <fieldset className={styles['counts']}>
          <legend className={classes(field['label'], styles['label'])}>{t('breakpoint.count')}</legend>
          {counts.map((count) => (
            <label key={count}>
              <input
                type="radio"
                name={`${id}-count`}
                checked={draft.count === count}
                onChange={() => change({ count })}
              />
              {t(`breakpoint.count.${count}`)}
            </label>
          ))}
          {draft.count !== 'always' && (
            <input
              className={classes(field['input'], styles['times'])}
              inputMode="numeric"
              aria-label={t('breakpoint.times')}
              aria-invalid={!isCount}
              value={times}
              onChange={({ target }) => setTimes(target.value)}
            />
          )}
        </fieldset>
        <div className={styles['condition']}>
          <span className={classes(field['label'], styles['label'])}>{t('breakpoint.when')}</span>
          <CodeBox
            language="cel"
            label={t('breakpoint.when')}
            text={draft.when}
            hint={isWire ? 'size(value) > 100' : 'size(inputs.question) > 100'}
            names={['inputs', 'step', 'index', ...(isWire ? ['value'] : [])]}
            problems={problem === undefined ? [] : [{ severity: 'error', message: problem }]}
            isInvalid={problem !== undefined}
            onChange={(when) => change({ when })}
          />
          {problem !== undefined && (
            <p className={classes(field['error'], styles['fault'])} role="alert">
              {problem}
            </p>
          )}
          <p className={classes(field['help'], styles['help'])}>
            {t(isWire ? 'breakpoint.helpWire' : 'breakpoint.help')}
          </p>
        </div>
      </form>
    </Dialog>
  );
}

/** What is wrong with a condition; undefined when it can be read, or is none. */
function faultOf(when: string): string | undefined {
  if (when.trim() === '') return undefined;
  try {
    compileExpression(when.trim());
    return undefined;
  } catch (thrown) {
    return isAppError(thrown) ? thrown.message : String(thrown);
  }
}
