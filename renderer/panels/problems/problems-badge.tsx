import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import { useActiveDocument } from '../../shell/studio-context.ts';
import type { OpenDocument } from '../../state/open-documents.ts';
import styles from './problems.module.css';

/** How many problems there are, in the colour of the worst. */
export function ProblemsBadge(): ReactNode {
  const open = useActiveDocument();
  return open ? <Count open={open} /> : null;
}

function Count({ open }: { open: OpenDocument }): ReactNode {
  const issues = useStore(open.checking.store, (state) => state.issues);
  if (issues.length === 0) return null;
  const severity = issues.some((issue) => issue.severity === 'error') ? 'error' : 'warning';
  return (
    <span className={styles['badge']} data-severity={severity}>
      {issues.length}
    </span>
  );
}
