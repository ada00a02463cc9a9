import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { reviewList } from '../../rpc/queries.ts';
import { useStudio } from '../../shell/studio-context.ts';
import { isAsked } from './is-asked.ts';
import styles from './reviews.module.css';

/** How many decisions are waited for, of all workflows. */
export function ReviewsBadge(): ReactNode {
  const { data = [] } = useQuery(reviewList(useStudio().client, false));
  const count = data.filter(isAsked).length;
  return count > 0 && <span className={styles['badge']}>{count}</span>;
}
