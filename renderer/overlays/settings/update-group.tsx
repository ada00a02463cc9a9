import { type ReactNode, useEffect, useState } from 'react';
import type { DesktopBridge, UpdateState } from '../../../app/core/contracts/desktop-bridge.ts';
import { useStudio } from '../../shell/studio-context.ts';
import { shownBytes } from '../../strings/figures.ts';
import { t } from '../../strings/text.ts';
import { Button } from '../../ui/button.tsx';
import { Fault } from '../../ui/fault.tsx';
import words from '../../ui/text.module.css';
import styles from './settings.module.css';

/** Newer releases of the desktop app: each step is taken when a person asks for it. */
export function UpdateGroup({ bridge }: { bridge: DesktopBridge }): ReactNode {
  const { notices } = useStudio();
  const [state, setState] = useState<UpdateState>();
  useEffect(() => {
    const stop = bridge.onUpdate(setState);
    void bridge.updateState().then(setState, notices.fail);
    return stop;
  }, [bridge, notices]);
  if (!state) return null;
  const { step, version, next = '', problem } = state;
  const ask = (work: () => Promise<void>) => () => void work().catch(notices.fail);
  const isBusy = step === 'checking' || step === 'downloading' || step === 'installing';
  return (
    <section className={styles['group']} aria-label={t('update.title')}>
      <h4>{t('update.title')}</h4>
      <p role="status">{t(`update.${step}`, { version, next, received: progressOf(state) })}</p>
      {problem && <Fault fault={problem} />}
      {step === 'off' ? (
        <p className={words['about']}>{t('update.offText')}</p>
      ) : (
        <>
          <p className={words['about']}>{t(step === 'ready' ? 'update.readyText' : 'update.text')}</p>
          <div className={styles['head']}>
            {step === 'ready' && (
              <Button look="primary" onClick={ask(bridge.installUpdate)}>
                {t('update.install')}
              </Button>
            )}
            {step === 'offered' && (
              <Button look="primary" onClick={ask(bridge.downloadUpdate)}>
                {t('update.download', { size: shownBytes(state.size ?? 0) })}
              </Button>
            )}
            <Button disabled={isBusy} onClick={ask(bridge.checkForUpdate)}>
              {t('update.check')}
            </Button>
          </div>
        </>
      )}
    </section>
  );
}

/** `34 MB of 150 MB` */
function progressOf({ received = 0, size = 0 }: UpdateState): string {
  return t('update.progress', { received: shownBytes(received), size: shownBytes(size) });
}
