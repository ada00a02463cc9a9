import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { WorkflowDrawing } from '../../canvas/workflow-drawing.tsx';
import { templateWorkflow } from '../../rpc/queries.ts';
import { useStudio } from '../../shell/studio-context.ts';

/** A small drawing of a template, as the canvas will show it. */
export function TemplatePreview({ id }: { id: string | undefined }): ReactNode {
  const { client } = useStudio();
  const { data } = useQuery({ ...templateWorkflow(client, id ?? ''), enabled: id !== undefined });
  return <WorkflowDrawing workflow={data?.workflow} />;
}
