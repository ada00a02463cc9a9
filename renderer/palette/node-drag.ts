/** What a node type that is dragged is carried as: its name. */
export const NODE_DRAG = 'application/x-pipewright-node';
