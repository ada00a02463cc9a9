import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type KeyboardEvent, type ReactNode, useId, useState } from 'react';
import type { Json } from '../../../app/core/graph/json.ts';
import type { ReviewTask } from '../../../app/core/run/review-task.ts';
import { openReview } from '../../rpc/queries.ts';
import { useStudio } from '../../shell/studio-context.ts';
import { decideTask, leadToRun, takeUp } from '../../state/decide-task.ts';
import { askWhy } from '../../state/insight.ts';
import { beginEdit, editResult, editText, type PayloadEdit } from '../../state/payload-edit.ts';
import { editableText, editedField, readFields, taskFields } from '../../state/task-values.ts';
import { showPanel } from '../../state/view-store.ts';
import { shownDate } from '../../strings/figures.ts';
import { t } from '../../strings/text.ts';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { Kbd } from '../../ui/kbd.tsx';
import words from '../../ui/text.module.css';
import { WordDiff } from '../../ui/word-diff.tsx';
import { FieldInput } from './field-input.tsx';
import { PayloadEditor } from './payload-editor.tsx';
import { Proposal } from './proposal.tsx';
import { ProposalOpinion } from './proposal-opinion.tsx';
import styles from './reviews.module.css';

export interface ReviewFormProps {
  /** The id of the wait. */
  task: string;
  /** It is decided, and the run goes on. */
  onDecided?: () => void;
  /** With its keys and a way to the run, which elsewhere is shown anyway. */
  inInbox?: boolean;
}

/** One task: what it is about, what is proposed, and what can be decided. */
export function ReviewForm({ task, onDecided, inInbox = false }: ReviewFormProps): ReactNode {
  const studio = useStudio();
  const { data, error } = useQuery(openReview(studio.client, task));
  if (error) return <p role="alert">{error.message}</p>;
  if (!data) return null;
  const { title, workflowName, step, reason, openedAt, dueAt, state, payload } = data;
  const lead = () => leadToRun(studio, data.runId, () => showPanel(studio.view, 'dock', 'run'));
  const why = () =>
    leadToRun(studio, data.runId, () => {
      const graph = studio.documents.graph();
      if (graph) askWhy(studio, graph, step);
    });
  return (
    <>
      <div className={styles['head']}>
        <h3>{title}</h3>
        {inInbox && (
          <>
            <Button look="quiet" onClick={lead}>
              {t('reviews.showRun')}
            </Button>
            <Button look="quiet" aria-keyshortcuts="w" onClick={why}>
              {t('reviews.why')}
              <span aria-hidden>
                <Kbd keys="W" />
              </span>
            </Button>
          </>
        )}
      </div>
      <p className={words['about']}>
        {t('reviews.asked', { workflow: workflowName, step, at: shownDate(openedAt) })}
        {dueAt !== null && state === 'open' && (
          <>
            {' · '}
            <span className={styles['due']}>{t('reviews.due', { at: shownDate(dueAt) })}</span>
          </>
        )}
      </p>
      {reason !== null && <p className={styles['reason']}>{reason}</p>}
      {state === 'open' ? (
        <OpenTask task={data} onDecided={onDecided} keys={inInbox ? inboxKeys : {}} />
      ) : (
        <>
          <Proposal payload={payload} />
          <ProposalOpinion run={data.runId} step={step} payload={payload} />
          <Decided task={data} />
        </>
      )}
    </>
  );
}

function Decided({ task: { runId, state, decision, closedAt } }: { task: ReviewTask }): ReactNode {
  const studio = useStudio();
  const queries = useQueryClient();
  const goOn = () =>
    void takeUp(studio, runId)
      .then(() => queries.invalidateQueries({ queryKey: ['reviews'] }))
      .catch(studio.notices.fail);
  if (!decision)
    return (
      <p>
        {t(`reviews.state.${state}`)}
        {closedAt !== null && ` · ${shownDate(closedAt)}`}
      </p>
    );
  const { action, by, at, comment } = decision;
  return (
    <div className={styles['decided']}>
      <p>{t('reviews.decided', { action: nameOf(action), by, at: shownDate(at) })}</p>
      {comment !== undefined && <p className={styles['reason']}>{comment}</p>}
      {state === 'answered' && <Button onClick={goOn}>{t('action.run.resume')}</Button>}
    </div>
  );
}

interface OpenTaskProps {
  task: ReviewTask & { payload: Json };
  onDecided: (() => void) | undefined;
  /** By action. */
  keys: Readonly<Record<string, string>>;
}

function OpenTask({ task, onDecided, keys }: OpenTaskProps): ReactNode {
  const studio = useStudio();
  const queries = useQueryClient();
  const { actions, form, payload } = task;
  const fields = taskFields(form, actions);
  const [texts, setTexts] = useState<Readonly<Record<string, string>>>({});
  const [comment, setComment] = useState('');
  const [edited, setEdited] = useState<PayloadEdit>();
  const [busy, setBusy] = useState(false);
  const id = useId();
  const result = edited === undefined ? undefined : editResult(payload, edited);

  async function decide(action: string): Promise<void> {
    setBusy(true);
    try {
      const values = readFields(fields, texts);
      const edit = action === 'edit' && result ? { [editedField]: result.value } : {};
      await decideTask(studio, task, { action, values: { ...values, ...edit }, comment });
      studio.notices.tell({ key: 'reviews.done', values: { action: nameOf(action), title: task.title } });
    } catch (thrown) {
      studio.notices.fail(thrown);
    }
    setBusy(false);
    // Also what failed may have been decided elsewhere meanwhile.
    await queries.invalidateQueries({ queryKey: ['reviews'] });
    onDecided?.();
  }

  const start = (action: string) => {
    if (busy) return;
    if (action === 'edit') setEdited(beginEdit(payload));
    else void decide(action);
  };
  const apply = () => {
    if (result && !busy) void decide('edit');
  };

  function press(event: KeyboardEvent): void {
    if (edited === undefined) return;
    if (event.key === 'Escape') setEdited(undefined);
    else if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) apply();
    else return;
    // The page would start a run by this key.
    event.preventDefault();
  }

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it hears the keys of the controls in it
    <div className={styles['open']} onKeyDown={press}>
      {edited === undefined ? (
        <>
          <Proposal payload={payload} />
          <ProposalOpinion run={task.runId} step={task.step} payload={payload} />
        </>
      ) : (
        <div className={styles['edit']}>
          <PayloadEditor payload={payload} edit={edited} onChange={setEdited} />
          <div>
            <span className={styles['label']} id={id}>
              {t('reviews.changes')}
            </span>
            <WordDiff before={editableText(payload)} after={editText(edited)} label={t('reviews.changes')} />
          </div>
        </div>
      )}
      <div className={styles['fields']}>
        {fields.map((field) => (
          <FieldInput
            key={field.name}
            field={field}
            value={texts[field.name] ?? ''}
            onChange={(text) => setTexts((before) => ({ ...before, [field.name]: text }))}
          />
        ))}
        <Field label={t('review.comment')}>
          {(control) => (
            <textarea {...control} rows={1} value={comment} onChange={({ target }) => setComment(target.value)} />
          )}
        </Field>
      </div>
      <div className={styles['buttons']}>
        {edited === undefined ? (
          actions.map((action, at) => (
            <Button
              key={action}
              look={at === 0 ? 'primary' : 'plain'}
              aria-keyshortcuts={keys[action]}
              disabled={busy}
              onClick={() => start(action)}
            >
              {nameOf(action)}
              {keys[action] !== undefined && (
                <span aria-hidden>
                  <Kbd keys={keys[action].toUpperCase()} />
                </span>
              )}
            </Button>
          ))
        ) : (
          <>
            <Button look="primary" disabled={busy || !result} onClick={apply}>
              {t('reviews.apply')}
            </Button>
            <Button onClick={() => setEdited(undefined)}>{t('reviews.cancelEdit')}</Button>
          </>
        )}
      </div>
    </div>
  );
}

/** Keys of the actions that most tasks have; others have their button. */
const inboxKeys: OpenTaskProps['keys'] = { approve: 'a', edit: 'e', reject: 'r' };

function nameOf(action: string): string {
  if (action === 'approve' || action === 'edit' || action === 'reject') return t(`reviews.action.${action}`);
  return action;
}
