import { Cable } from 'lucide-react';
import { type ReactNode, useMemo } from 'react';
import { connectPorts } from '../../commands/connect-ports.ts';
import { titleOfType } from '../../nodes/node-types.ts';
import { possibleWires } from '../../nodes/possible-wires.ts';
import { useActiveDocument, useStudio } from '../../shell/studio-context.ts';
import { shownName } from '../../state/graph-queries.ts';
import { t } from '../../strings/text.ts';
import { ChoiceList } from '../../ui/choice-list.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import type { OverlayProps } from '../overlay.ts';

/** Every wire that a node may have, to be drawn without a pointer. `given` is the id of the node. */
export function ConnectDialog({ given, onClose }: OverlayProps): ReactNode {
  const { notices } = useStudio();
  const open = useActiveDocument();
  const node = typeof given === 'string' ? given : '';
  const doc = open?.document.store.getState().doc;
  const wires = useMemo(() => (doc ? possibleWires(doc, node) : []), [doc, node]);
  if (!open || !doc) return null;
  const name = (id: string) => shownName(doc, id, titleOfType);
  const choices = (isOut: boolean) =>
    wires
      .filter(({ from }) => (from.node === node) === isOut)
      .map((wire) => ({
        id: `${wire.from.node} ${wire.from.port} ${wire.to.node} ${wire.to.port}`,
        title: isOut
          ? `${wire.from.port} → ${name(wire.to.node)}: ${wire.to.port}`
          : `${name(wire.from.node)}: ${wire.from.port} → ${wire.to.port}`,
        icon: Cable,
        run: () => {
          onClose();
          const refused = open.document.run(connectPorts, wire);
          if (refused) notices.tell(refused, { tone: 'warning' });
          open.document.select([node]);
        },
      }));
  return (
    <Dialog title={t('connectDialog.title', { node: name(node) })} size="wide" onClose={onClose}>
      <ChoiceList
        label={t('connectDialog.search')}
        groups={[
          { title: t('connectDialog.out'), choices: choices(true) },
          { title: t('connectDialog.in'), choices: choices(false) },
        ]}
      />
    </Dialog>
  );
}
