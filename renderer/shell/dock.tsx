import { Tabs } from '@base-ui/react/tabs';
import { ChevronDown, ChevronsRight, ChevronUp } from 'lucide-react';
import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import { panelsAt } from '../panels/registry.ts';
import { showPanel, togglePanel } from '../state/view-store.ts';
import { t } from '../strings/text.ts';
import { IconButton } from '../ui/icon-button.tsx';
import { Menu } from '../ui/menu.tsx';
import { PartGuard } from '../ui/part-guard.tsx';
import { ResizeHandle } from '../ui/resize-handle.tsx';
import { ScrollStrip } from '../ui/scroll-strip.tsx';
import { AfterGraph } from './after-graph.tsx';
import styles from './studio.module.css';
import { useStudio } from './studio-context.ts';
import { usePlaceSize } from './use-place-size.ts';

/** The panels below the canvas; closed, their names stay. */
export function Dock(): ReactNode {
  const { view } = useStudio();
  const { open, panel: id } = useStore(view, (state) => state.dock);
  const sizes = usePlaceSize('dock');
  const all = panelsAt('dock');
  const shown = all.find((one) => one.id === id) ?? all[0];
  if (!shown) return null;
  const Body = shown.component;
  return (
    <section
      className={styles['dock']}
      data-open={open}
      data-tour="dock"
      data-region="dock"
      style={open ? { height: sizes.size } : undefined}
      aria-label={t('dock.title')}
    >
      <Tabs.Root className={styles['dockTabs']} value={open ? shown.id : null}>
        <div className={styles['dockHead']}>
          <AfterGraph>
            <ScrollStrip
              current="[aria-selected='true']"
              shown={open ? shown.id : undefined}
              overflow={
                <Menu
                  align="end"
                  trigger={<IconButton label={t('dock.all')} icon={ChevronsRight} side="top" />}
                  groups={[
                    all.map(({ id: one, title, icon }) => ({
                      id: one,
                      label: t(title),
                      icon,
                      run: () => showPanel(view, 'dock', one),
                    })),
                  ]}
                />
              }
            >
              <Tabs.List className={styles['dockList']} aria-label={t('dock.title')}>
                {all.map(({ id: one, title, icon: Icon, badge: Badge }) => (
                  <Tabs.Tab
                    key={one}
                    value={one}
                    className={styles['dockTab']}
                    // Chosen once more, it closes what it opened.
                    onClick={() => togglePanel(view, 'dock', one)}
                  >
                    <Icon aria-hidden />
                    {t(title)}
                    {Badge && <Badge />}
                  </Tabs.Tab>
                ))}
              </Tabs.List>
            </ScrollStrip>
            <IconButton
              label={t(open ? 'dock.close' : 'dock.open')}
              icon={open ? ChevronDown : ChevronUp}
              side="top"
              onClick={() => view.setState(({ dock }) => ({ dock: { ...dock, open: !dock.open } }))}
            />
          </AfterGraph>
        </div>
        {open && (
          <AfterGraph>
            <Tabs.Panel value={shown.id} className={styles['sideBody']} tabIndex={-1}>
              <PartGuard key={shown.id}>
                <Body />
              </PartGuard>
            </Tabs.Panel>
            <ResizeHandle place="dock" label={t('panel.resize')} {...sizes} />
          </AfterGraph>
        )}
      </Tabs.Root>
    </section>
  );
}
