import { X } from 'lucide-react';
import { type ReactNode, useEffect } from 'react';
import { useStore } from 'zustand';
import type { Notice, Notices } from '../state/notices.ts';
import { say, t } from '../strings/text.ts';
import { Button } from './button.tsx';
import { IconButton } from './icon-button.tsx';
import styles from './notice-list.module.css';
import { WithCode } from './with-code.tsx';

const SHOWN_MS = 6000;

/** What the studio tells of its own accord, read out as it comes. */
export function NoticeList({ notices }: { notices: Notices }): ReactNode {
  const list = useStore(notices.store, (state) => state.notices);
  return (
    <section className={styles['list']} aria-label={t('notices.title')} aria-live="polite">
      {list.map((notice) => (
        <NoticeCard key={notice.id} notice={notice} onClose={() => notices.close(notice.id)} />
      ))}
    </section>
  );
}

function NoticeCard({ notice, onClose }: { notice: Notice; onClose: () => void }): ReactNode {
  const { tone, text, remedy, actions = [], stays } = notice;
  useEffect(() => {
    if (stays) return;
    const timer = setTimeout(onClose, SHOWN_MS);
    return () => clearTimeout(timer);
  });
  return (
    <div className={styles['notice']} data-tone={tone}>
      <div className={styles['body']}>
        <p>{typeof text === 'string' ? <WithCode text={text} /> : say(text)}</p>
        {remedy !== undefined && (
          <p className={styles['remedy']}>
            <WithCode text={remedy} />
          </p>
        )}
        {actions.length > 0 && (
          <div className={styles['actions']}>
            {actions.map(({ label, run }) => (
              <Button
                key={label.key}
                onClick={() => {
                  onClose();
                  run();
                }}
              >
                {say(label)}
              </Button>
            ))}
          </div>
        )}
      </div>
      <IconButton label={t('notices.close')} icon={X} onClick={onClose} />
    </div>
  );
}
