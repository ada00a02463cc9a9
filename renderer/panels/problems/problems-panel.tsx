import { useQuery } from '@tanstack/react-query';
import { CircleCheck, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import type { WorkflowIssue } from '../../../app/core/contracts/workflow.ts';
import { titleOfType } from '../../nodes/node-types.ts';
import { fixesFor } from '../../problems/fixes.ts';
import { OutdatedNotice } from '../../problems/outdated-notice.tsx';
import { workflowList, workspaceInfo } from '../../rpc/queries.ts';
import { useActiveDocument, useStudio } from '../../shell/studio-context.ts';
import { shownName } from '../../state/graph-queries.ts';
import { itemRef } from '../../state/items.ts';
import type { OpenDocument } from '../../state/open-documents.ts';
import { showPanel } from '../../state/view-store.ts';
import { say, t } from '../../strings/text.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { WithCode } from '../../ui/with-code.tsx';
import shared from '../panel-body.module.css';
import styles from './problems.module.css';

export function ProblemsPanel(): ReactNode {
  const open = useActiveDocument();
  if (!open) return <EmptyState icon={TriangleAlert} title={t('panel.problems')} text={t('unavailable.noWorkflow')} />;
  return <Problems open={open} />;
}

/** Everything that is wrong with the workflow as it is drawn now: each leads to its place and may be mended here. */
function Problems({ open }: { open: OpenDocument }): ReactNode {
  const { issues, isStale } = useStore(open.checking.store);
  return (
    <div className={shared['scrolled']}>
      <OutdatedNotice open={open} />
      {issues.length === 0 && isStale && <EmptyState title={t('problems.checking')} />}
      {issues.length === 0 && !isStale && (
        <EmptyState icon={CircleCheck} title={t('problems.none')} text={t('problems.noneText')} />
      )}
      <ul className={styles['list']}>
        {issues.map((issue) => (
          <Problem key={`${issue.code} ${issue.path} ${issue.message}`} open={open} issue={issue} />
        ))}
      </ul>
    </div>
  );
}

function Problem({ open, issue }: { open: OpenDocument; issue: WorkflowIssue }): ReactNode {
  const { client, canvas, view } = useStudio();
  const doc = useStore(open.document.store, (state) => state.doc);
  const { data } = useQuery(workspaceInfo(client));
  const { data: workflows } = useQuery(workflowList(client));
  const known = {
    profiles: data?.profiles.map(({ name }) => name) ?? [],
    collections: data?.collections.map(({ name }) => name) ?? [],
    workflows: (workflows ?? []).flatMap(({ id, title }) => (id === undefined ? [] : [{ id, title }])),
  };
  const { nodeId, edgeId, severity, message, remedy } = issue;
  // What the checks say names a node by its id, if at all: a person looks for what stands on the canvas.
  const name = nodeId === undefined || !doc.nodes.has(nodeId) ? undefined : shownName(doc, nodeId, titleOfType);

  function jump(): void {
    const node = nodeId ?? (edgeId === undefined ? undefined : doc.edges.get(edgeId)?.to.node);
    if (edgeId !== undefined) open.document.select([itemRef('edge', edgeId)]);
    else if (nodeId !== undefined) open.document.select([nodeId]);
    else open.document.select([]);
    showPanel(view, 'right', 'inspector');
    if (node !== undefined) canvas.getState().handle?.reveal(node);
  }

  return (
    <li className={styles['problem']} data-severity={severity}>
      <TriangleAlert role="img" aria-label={t(`problems.${severity}`)} />
      <button type="button" className={styles['words']} onClick={jump}>
        <span>
          {name !== undefined && <strong className={styles['name']}>{name}</strong>}
          <WithCode text={message} />
        </span>
        {remedy !== undefined && (
          <span className={styles['remedy']}>
            <WithCode text={remedy} />
          </span>
        )}
      </button>
      <span className={styles['fixes']}>
        {fixesFor(issue, doc, known).map(({ label, apply }) => (
          <Button key={say(label)} onClick={() => apply(open.document)}>
            {say(label)}
          </Button>
        ))}
      </span>
    </li>
  );
}
