import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import * as z from 'zod';
import { openedPrompt, promptUses } from '../../rpc/queries.ts';
import { useStudio } from '../../shell/studio-context.ts';
import { Dialog } from '../../ui/dialog.tsx';
import type { OverlayProps } from '../overlay.ts';
import { PromptWorkbench } from './prompt-workbench.tsx';

const Given = z.object({ file: z.string(), at: z.object({ start: z.int(), end: z.int() }).optional() });

/** One prompt file, as large as the window; `at` is a part of its text to begin with. What is written and not saved stays when it is closed. */
export function PromptDialog({ given, onClose }: OverlayProps): ReactNode {
  const { client } = useStudio();
  const { file, at } = Given.parse(given);
  const { data: opened, error } = useQuery(openedPrompt(client, file));
  const { data: uses = {} } = useQuery(promptUses(client));
  return (
    <Dialog title={file} size="window" onClose={onClose} {...(opened?.description && { text: opened.description })}>
      {error && <p role="alert">{error.message}</p>}
      {opened && <PromptWorkbench opened={opened} uses={uses[file] ?? []} at={at} onClose={onClose} />}
    </Dialog>
  );
}
