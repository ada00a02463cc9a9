import { useQuery, useQueryClient } from '@tanstack/react-query';
import { FilePlus2, MessageSquarePlus, ThumbsDown, ThumbsUp } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import type { Json } from '../../app/core/graph/json.ts';
import { THUMBS } from '../../app/core/run/feedback.ts';
import { runFeedback, stepPayloads } from '../rpc/queries.ts';
import { useStudio } from '../shell/studio-context.ts';
import { STUDIO_USER } from '../state/decide-task.ts';
import { openOverlay } from '../state/studio.ts';
import { t } from '../strings/text.ts';
import { IconButton } from '../ui/icon-button.tsx';
import styles from './feedback.module.css';
import { OpinionForm } from './opinion-form.tsx';
import { OpinionLine } from './opinion-line.tsx';

export interface OpinionBarProps {
  run: string;
  step: string;
  port: string;
  /** What the output is called, for those who hear the buttons. */
  name: string;
  /** As the log has it: the value, or where it lies, or why it is not shown. */
  shown: object;
}

/** What people think of an output: a thumb, a note, what it should have been; and a case made of its run. */
export function OpinionBar({ run, step, port, name, shown }: OpinionBarProps): ReactNode {
  const studio = useStudio();
  const { client, notices } = studio;
  const queries = useQueryClient();
  const [isOpen, setOpen] = useState(false);
  const { data = [] } = useQuery(runFeedback(client, run));
  const about = data.filter(({ target }) => target?.step === step && target.port === port);
  const own = about.find((one) => one.by === STUDIO_USER && one.name === THUMBS);
  const others = about.filter((one) => one !== own);
  const isBeside = !('value' in shown) && 'digest' in shown;
  const { data: read } = useQuery({ ...stepPayloads(client, run, step), enabled: isOpen && isBeside });
  const lying = read?.[port];
  const value = 'value' in shown ? (shown.value as Json) : lying && 'value' in lying ? lying.value : undefined;

  const refresh = () =>
    Promise.all(['feedback', 'runs', 'workflows'].map((key) => queries.invalidateQueries({ queryKey: [key] })));

  async function press(isUp: boolean): Promise<void> {
    if (own?.value === isUp) {
      await client.feedback.remove({ id: own.id });
      setOpen(false);
    } else {
      const words = own?.words === 'personal' ? await client.feedback.show({ id: own.id }) : own;
      await client.feedback.give({
        ...{ run, target: { step, port }, value: isUp, by: STUDIO_USER },
        ...(words?.note && { note: words.note }),
        ...(words && words.correction !== null && !isUp && { correction: words.correction }),
      });
      // Who says that it is wrong mostly knows how it is right.
      setOpen(!isUp);
    }
    await refresh();
  }

  const thumb = (isUp: boolean) => (
    <IconButton
      label={t(isUp ? 'feedback.up' : 'feedback.down', { name })}
      icon={isUp ? ThumbsUp : ThumbsDown}
      aria-pressed={own?.value === isUp}
      onClick={() => void press(isUp).catch(notices.fail)}
    />
  );
  return (
    <div className={styles['opinions']}>
      <div className={styles['bar']}>
        {thumb(true)}
        {thumb(false)}
        {own && (
          <IconButton
            label={t('feedback.words', { name })}
            icon={MessageSquarePlus}
            aria-expanded={isOpen}
            onClick={() => setOpen(!isOpen)}
          />
        )}
        <IconButton label={t('cases.add')} icon={FilePlus2} onClick={() => openOverlay(studio, 'add-case', { run })} />
      </div>
      {own && isOpen && (
        <OpinionForm
          key={own.id}
          opinion={own}
          value={value}
          onDone={async () => {
            setOpen(false);
            await refresh();
          }}
        />
      )}
      {own && !isOpen && own.words !== 'none' && <OpinionLine opinion={own} value={value} />}
      {others.map((one) => (
        <OpinionLine key={one.id} opinion={one} value={value} />
      ))}
    </div>
  );
}
