import { Tabs } from '@base-ui/react/tabs';
import { type ReactNode, useState } from 'react';
import { t } from '../../strings/text.ts';
import { Dialog } from '../../ui/dialog.tsx';
import type { OverlayProps } from '../overlay.ts';
import type { SectionPlace } from './section.ts';
import { sections } from './sections.ts';
import styles from './settings.module.css';

/** Everything that a person sets once: how the studio looks, what models are asked, what may be reached, what is kept. */
export function SettingsDialog({ given, onClose }: OverlayProps): ReactNode {
  const [{ section, about }, setShown] = useState<SectionPlace>(
    sections.some(({ id }) => id === given) ? { section: String(given) } : { section: 'general' },
  );
  return (
    <Dialog title={t('settings.title')} size="page" onClose={onClose}>
      <Tabs.Root
        className={styles['settings']}
        orientation="vertical"
        value={section}
        onValueChange={(value) => setShown({ section: String(value) })}
      >
        <Tabs.List className={styles['list']} aria-label={t('settings.title')} activateOnFocus>
          {sections.map(({ id, title, icon: Icon }) => (
            <Tabs.Tab key={id} value={id} className={styles['tab']}>
              <Icon aria-hidden />
              {t(title)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {sections.map(({ id, title, component: Body }) => (
          <Tabs.Panel key={id} value={id} className={styles['panel']}>
            <h3 className={styles['title']}>{t(title)}</h3>
            <Body about={about} goTo={setShown} />
          </Tabs.Panel>
        ))}
      </Tabs.Root>
    </Dialog>
  );
}
