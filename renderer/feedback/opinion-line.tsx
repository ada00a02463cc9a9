import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type { Json } from '../../app/core/graph/json.ts';
import { THUMBS } from '../../app/core/run/feedback.ts';
import { type GivenFeedback, openedFeedback } from '../rpc/queries.ts';
import { useStudio } from '../shell/studio-context.ts';
import { STUDIO_USER } from '../state/decide-task.ts';
import { editableText } from '../state/task-values.ts';
import { t } from '../strings/text.ts';
import { Button } from '../ui/button.tsx';
import { WordDiff } from '../ui/word-diff.tsx';
import styles from './feedback.module.css';

/** What somebody thought of an output, in their words. */
export function OpinionLine({ opinion, value }: { opinion: GivenFeedback; value: Json | undefined }): ReactNode {
  const { client } = useStudio();
  const [isAsked, setAsked] = useState(false);
  const { data: opened } = useQuery({ ...openedFeedback(client, opinion.id, opinion.at), enabled: isAsked });
  const { note, correction } = opened ?? opinion;
  const { by, words } = opinion;
  return (
    <div className={styles['line']}>
      <p>
        <strong>{by === STUDIO_USER ? t('feedback.you') : by}</strong> {said(opinion)}
        {note !== null && <span> – {note}</span>}
      </p>
      {words === 'personal' && !opened && (
        <Button look="quiet" onClick={() => setAsked(true)}>
          {t('feedback.showPersonal')}
        </Button>
      )}
      {words === 'purged' && <p className={styles['about']}>{t('feedback.purged')}</p>}
      {correction !== null &&
        (value === undefined ? (
          <p className={styles['words']}>{editableText(correction)}</p>
        ) : (
          <WordDiff before={editableText(value)} after={editableText(correction)} label={t('feedback.corrected')} />
        ))}
    </div>
  );
}

function said({ name, value }: GivenFeedback): string {
  if (name !== THUMBS) return t('feedback.said', { name, value: String(value) });
  return t(value === true ? 'feedback.liked' : 'feedback.disliked');
}
