import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { manifestOf } from '../../nodes/node-types.ts';
import { nodeDocs } from '../../rpc/queries.ts';
import { useStudio } from '../../shell/studio-context.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { MarkdownView } from '../../values/markdown-view.tsx';
import type { OverlayProps } from '../overlay.ts';

/** The documentation of a node type. `given` is its name. */
export function NodeDocsDialog({ given, onClose }: OverlayProps): ReactNode {
  const type = String(given);
  const { data, error } = useQuery(nodeDocs(useStudio().client, type));
  // The title stands above already.
  const text = data?.markdown.replace(/^# .*\n/, '') ?? '';
  return (
    <Dialog title={manifestOf(type)?.title ?? type} size="wide" onClose={onClose}>
      {error && <p>{error.message}</p>}
      <MarkdownView text={text} />
    </Dialog>
  );
}
