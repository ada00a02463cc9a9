import { useQuery } from '@tanstack/react-query';
import { Box, Workflow } from 'lucide-react';
import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import { actionGroups, titleOf } from '../../actions/action.ts';
import { toldKeys } from '../../actions/keys.ts';
import { actions, perform } from '../../actions/registry.ts';
import { nodeTypes, titleOfType } from '../../nodes/node-types.ts';
import { workflowList } from '../../rpc/queries.ts';
import { useActiveDocument, useStudio } from '../../shell/studio-context.ts';
import { shownName } from '../../state/graph-queries.ts';
import { say, t } from '../../strings/text.ts';
import { ChoiceList } from '../../ui/choice-list.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { pictureOf } from '../../ui/node-pictures.ts';
import type { OverlayProps } from '../overlay.ts';

/** Everything that can be done and gone to, in one list: actions, nodes of the workflow, workflows. */
export function CommandsDialog({ onClose }: OverlayProps): ReactNode {
  const studio = useStudio();
  const open = useActiveDocument();
  const { keys: chosen } = useStore(studio.view);
  const { data: workflows = [] } = useQuery(workflowList(studio.client));
  const doc = open?.document.store.getState().doc;
  const after = (run: () => void) => () => {
    onClose();
    run();
  };
  const ofActions = actionGroups.map((group) => ({
    title: t(`actions.${group}`),
    choices: actions
      .filter((action) => action.group === group)
      .map((action) => {
        const reason = action.unavailable?.(studio);
        return {
          id: action.id,
          title: titleOf(action),
          icon: action.icon,
          about: reason && say(reason),
          keys: toldKeys(action, chosen),
          run: after(() => perform(studio, action)),
        };
      }),
  }));
  const nodes = [...(doc?.nodes.values() ?? [])].map(({ id, type }) => ({
    id: `node ${id}`,
    title: doc ? shownName(doc, id, titleOfType) : id,
    about: titleOfType(type) ?? type,
    icon: doc ? pictureOf(nodeTypes.get(type)?.manifest) : Box,
    run: after(() => {
      open?.document.select([id]);
      studio.canvas.getState().handle?.reveal(id);
    }),
  }));
  const files = workflows.map(({ file, title }) => ({
    id: `file ${file}`,
    title,
    about: file,
    icon: Workflow,
    run: after(() => void studio.documents.open(file).catch(studio.notices.fail)),
  }));
  return (
    <Dialog title={t('commands.title')} text={t('commands.text')} size="wide" onClose={onClose}>
      <ChoiceList
        label={t('commands.search')}
        groups={[
          ...ofActions,
          { title: t('commands.nodes'), scope: '@', choices: nodes },
          { title: t('commands.workflows'), scope: '#', choices: files },
        ]}
      />
    </Dialog>
  );
}
