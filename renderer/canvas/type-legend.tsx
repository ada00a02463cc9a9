import { Popover } from '@base-ui/react/popover';
import { Palette } from 'lucide-react';
import type { ReactNode } from 'react';
import { portTypeNames } from '../../app/core/graph/ports.ts';
import { t } from '../strings/text.ts';
import buttons from '../ui/button.module.css';
import { Button } from '../ui/button.tsx';
import popup from '../ui/popup.module.css';
import styles from './type-legend.module.css';

/** What the colours of ports and wires stand for. */
export function TypeLegend(): ReactNode {
  return (
    <Popover.Root>
      <Popover.Trigger
        render={
          <Button look="quiet" aria-label={t('legend.title')} title={t('legend.title')} className={buttons['icon']}>
            <Palette aria-hidden />
          </Button>
        }
      />
      <Popover.Portal>
        <Popover.Positioner className={popup['positioner']} side="top" align="start" sideOffset={8}>
          <Popover.Popup className={popup['popup']}>
            <Popover.Title className={styles['title']}>{t('legend.title')}</Popover.Title>
            <dl className={styles['types']}>
              {portTypeNames.map((type) => (
                <div key={type} className={styles['type']} data-port-type={type}>
                  <dt>{type}</dt>
                  <dd>{t(`legend.${type}`)}</dd>
                </div>
              ))}
            </dl>
            <p className={styles['rule']}>{t('legend.rule')}</p>
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}
