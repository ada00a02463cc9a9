import { Component, type ReactNode, Suspense } from 'react';
import { type AppError, toAppError } from '../../app/core/errors/app-error.ts';
import { t } from '../strings/text.ts';
import { Button } from './button.tsx';
import { Fault } from './fault.tsx';
import styles from './part-guard.module.css';

export interface PartGuardProps {
  children: ReactNode;
  /** What stands round the report where the part has no place of its own. */
  frame?: (report: ReactNode) => ReactNode;
}

/**
 * Round a part of the page, most of which are loaded when they are first shown: where one fails, it says so in its place
 * and all else goes on. Without it, React takes the whole page away. Give it a key to begin anew with another part.
 */
// biome-ignore lint/style/useReactFunctionComponents: only a class can take what is thrown while its parts are drawn
export class PartGuard extends Component<PartGuardProps, { fault?: AppError }> {
  override state: { fault?: AppError } = {};

  static getDerivedStateFromError(error: unknown): { fault: AppError } {
    return { fault: toAppError(error) };
  }

  override render(): ReactNode {
    const { children, frame } = this.props;
    const { fault } = this.state;
    if (!fault) return <Suspense>{children}</Suspense>;
    const report = <Report fault={fault} />;
    return frame ? frame(report) : report;
  }
}

/** The library keeps what failed to load; a page that is loaded again does not, and what is unsaved outlives that. */
function Report({ fault: { message, code } }: { fault: AppError }): ReactNode {
  return (
    <div className={styles['report']}>
      <Fault fault={{ message: t('part.failed'), remedy: t('part.failedText'), code: `${code}: ${message}` }}>
        <Button onClick={() => window.location.reload()}>{t('part.reload')}</Button>
      </Fault>
    </div>
  );
}
