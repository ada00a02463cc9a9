import type { ReactNode } from 'react';
import type { AnyManifest } from '../../app/core/nodekit/define-node.ts';
import styles from './node-icon.module.css';
import { pictureOf } from './node-pictures.ts';

/** A node type's picture on a square in the colour of its family. */
export function NodeIcon({ manifest }: { manifest: AnyManifest | undefined }): ReactNode {
  const Picture = pictureOf(manifest);
  return (
    <span className={styles['icon']} data-family={manifest?.family} aria-hidden>
      <Picture />
    </span>
  );
}
