import { Tooltip as Base } from '@base-ui/react/tooltip';
import type { ReactElement, ReactNode } from 'react';
import styles from './popup.module.css';

interface Explanation {
  label: string;
  keys?: string | undefined;
  side?: 'top' | 'right' | 'bottom' | 'left';
}

export interface TooltipProps extends Explanation {
  children: ReactElement<Record<string, unknown>>;
}

// One for all that is explained: a tooltip for each button made the buttons a tenth of the page's first second.
const shared = Base.createHandle<Explanation>();

/** A word of explanation that appears when the pointer rests on something, or when it has the focus. */
export function Tooltip({ children, ...explanation }: TooltipProps): ReactNode {
  return <Base.Trigger handle={shared} payload={explanation} render={children} />;
}

/** Where the explanations of the whole page are shown: stands once, round all that has some. */
export function TooltipLayer({ children }: { children: ReactNode }): ReactNode {
  return (
    <Base.Provider delay={500}>
      {children}
      <Base.Root handle={shared}>
        {({ payload }) => (
          <Base.Portal>
            <Base.Positioner className={styles['positioner']} side={payload?.side ?? 'top'} sideOffset={6}>
              <Base.Popup className={styles['tooltip']}>
                {payload?.label}
                {payload?.keys !== undefined && <kbd>{payload.keys}</kbd>}
              </Base.Popup>
            </Base.Positioner>
          </Base.Portal>
        )}
      </Base.Root>
    </Base.Provider>
  );
}
