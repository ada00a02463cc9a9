import type { ReactNode } from 'react';
import { classes } from '../../ui/classes.ts';
import shared from '../panel-body.module.css';
import styles from './trace.module.css';

/** A titled part of the details of a step. */
export function Part({ title, children }: { title: string; children: ReactNode }): ReactNode {
  return (
    <section className={classes(shared['part'], styles['part'])} aria-label={title}>
      <h4>{title}</h4>
      {children}
    </section>
  );
}
