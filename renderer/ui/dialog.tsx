import { Dialog as Base } from '@base-ui/react/dialog';
import { X } from 'lucide-react';
import { type ReactNode, useRef } from 'react';
import { t } from '../strings/text.ts';
import { Button } from './button.tsx';
import styles from './dialog.module.css';

export interface DialogProps {
  title: string;
  text?: string;
  /** `page`: as much as a page of its own; `window`: all that there is. */
  size?: 'usual' | 'wide' | 'page' | 'window';
  onClose: () => void;
  children?: ReactNode;
  foot?: ReactNode;
}

/** A layer over the page that wants an answer first. It keeps the focus inside and gives it back. */
export function Dialog({ title, text, size = 'usual', onClose, children, foot }: DialogProps): ReactNode {
  const body = useRef<HTMLDivElement>(null);
  // What the dialog is for, not the button that closes it.
  const first = () => body.current?.querySelector<HTMLElement>('input, textarea, select') ?? true;
  return (
    <Base.Root open onOpenChange={(open) => !open && onClose()}>
      <Base.Portal>
        <Base.Backdrop className={styles['backdrop']} />
        <Base.Viewport className={styles['viewport']}>
          <Base.Popup className={styles['dialog']} data-size={size} initialFocus={first}>
            <div className={styles['head']}>
              <Base.Title className={styles['title']}>{title}</Base.Title>
              <Base.Close
                // No tooltip: it would take the first Escape for itself.
                render={
                  <Button look="quiet" aria-label={t('dialog.close')}>
                    <X aria-hidden />
                  </Button>
                }
              />
            </div>
            {text !== undefined && <Base.Description className={styles['text']}>{text}</Base.Description>}
            {children !== undefined && (
              <div ref={body} className={styles['body']}>
                {children}
              </div>
            )}
            {foot !== undefined && <div className={styles['foot']}>{foot}</div>}
          </Base.Popup>
        </Base.Viewport>
      </Base.Portal>
    </Base.Root>
  );
}
