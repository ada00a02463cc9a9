import { addNode } from './add-node.ts';
import { addNote } from './add-note.ts';
import { alignItems } from './align-items.ts';
import { arrangeNodes } from './arrange-nodes.ts';
import { connectPorts } from './connect-ports.ts';
import { duplicateItems } from './duplicate-items.ts';
import { editGroup } from './edit-group.ts';
import { editNote } from './edit-note.ts';
import { extractSubflow } from './extract-subflow.ts';
import { groupItems } from './group-items.ts';
import { insertFragment } from './insert-fragment.ts';
import { moveInto } from './move-into.ts';
import { moveItems } from './move-items.ts';
import { moveWires } from './move-wires.ts';
import { reconnectEdge } from './reconnect-edge.ts';
import { removeItems } from './remove-items.ts';
import { renameNode } from './rename-node.ts';
import { replaceDocument } from './replace-document.ts';
import { replaceText } from './replace-text.ts';
import { resizeItem } from './resize-item.ts';
import { setBends } from './set-bends.ts';
import { setColor } from './set-color.ts';
import { setConfig } from './set-config.ts';
import { setHead } from './set-head.ts';
import { setInterface } from './set-interface.ts';
import { setLock } from './set-lock.ts';
import { setNodeFlag } from './set-node-flag.ts';
import { setPolicy } from './set-policy.ts';
import { setResource } from './set-resource.ts';
import { spliceNode } from './splice-node.ts';
import { unpackSubflow } from './unpack-subflow.ts';
import { updateInterfaces } from './update-interfaces.ts';

/** Every way to change a document. Whatever changes one otherwise cannot be undone, and is a mistake. */
export const commands = {
  addNode,
  addNote,
  alignItems,
  arrangeNodes,
  connectPorts,
  duplicateItems,
  editGroup,
  editNote,
  extractSubflow,
  groupItems,
  insertFragment,
  moveInto,
  moveItems,
  moveWires,
  reconnectEdge,
  removeItems,
  renameNode,
  replaceDocument,
  replaceText,
  resizeItem,
  setBends,
  setColor,
  setConfig,
  setHead,
  setInterface,
  setLock,
  setNodeFlag,
  setPolicy,
  setResource,
  spliceNode,
  unpackSubflow,
  updateInterfaces,
};
