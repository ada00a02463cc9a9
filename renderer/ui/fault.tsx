import type { ReactNode } from 'react';
import styles from './fault.module.css';
import { WithCode } from './with-code.tsx';

export interface FaultProps {
  fault: { message: string; remedy?: string | null | undefined; code?: string | undefined };
  /** What it is about, before the message: a file, a line. */
  about?: string | undefined;
  /** It was there before one looked, or changes at each key: then it is not called out. */
  isQuiet?: boolean;
  /** What else there is to say. */
  children?: ReactNode;
}

/** What went wrong, how to mend it, and the code to look it up by. */
export function Fault({ fault: { message, remedy, code }, about, isQuiet = false, children }: FaultProps): ReactNode {
  return (
    <div className={styles['fault']} role={isQuiet ? undefined : 'alert'}>
      <p>
        {about !== undefined && <strong>{about} </strong>}
        <WithCode text={message} />
      </p>
      {remedy != null && (
        <p className={styles['remedy']}>
          <WithCode text={remedy} />
        </p>
      )}
      {children}
      {code !== undefined && <p className={styles['code']}>{code}</p>}
    </div>
  );
}
