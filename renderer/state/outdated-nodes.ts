import { isJsonObject, type Json, type JsonObject } from '../../app/core/graph/json.ts';
import type { WorkflowNode } from '../../app/core/graph/workflow.ts';

type Nodes = ReadonlyMap<string, WorkflowNode>;

interface OnDisk {
  hash: string;
  modifiedAt: number;
  older?: ReadonlyMap<string, OlderNode>;
}

/** What the host found in a workflow file. */
interface Opened {
  hash: string;
  modifiedAt: number;
  text: string;
  workflow: { nodes: readonly WorkflowNode[] } | null;
  /** Nodes were brought up to newer versions of their types as the file was read. */
  migrated: boolean;
}

/** What lies on the disk; nodes that it has in older versions of their types are told as they stand there. */
export function diskVersionOf({ hash, modifiedAt, text, workflow, migrated }: Opened): OnDisk {
  if (!migrated || !workflow) return { hash, modifiedAt };
  const versions = new Map(workflow.nodes.map(({ id, version }) => [id, version]));
  const older = new Map(
    nodesIn(JSON.parse(text) as Json).flatMap(({ id, version, config }): [string, OlderNode][] =>
      typeof id === 'string' && typeof version === 'number' && version < (versions.get(id) ?? 0)
        ? [[id, { version, config: isJsonObject(config) ? config : {} }]]
        : [],
    ),
  );
  return { hash, modifiedAt, older };
}

export interface OlderNode {
  version: number;
  config: JsonObject;
}

/** The nodes as they lie on the disk. */
export function nodesOnDisk(nodes: Nodes, older: ReadonlyMap<string, OlderNode> | undefined): Nodes {
  if (!older) return nodes;
  return new Map([...nodes].map(([id, node]) => [id, { ...node, ...older.get(id) }]));
}

/** A node whose file has it in an older version of its type. */
export interface OutdatedNode {
  id: string;
  from: number;
  to: number;
  /** Fields of its settings that were changed, named anew or taken away by the update. */
  fields: string[];
}

/** What a save would bring up to date in the file about this node; nothing where the file has its newest version. */
export function outdatedNode(
  { doc, savedNodes }: { doc: { nodes: Nodes }; savedNodes: Nodes },
  id: string,
): OutdatedNode | undefined {
  const [now, before] = [doc.nodes.get(id), savedNodes.get(id)];
  if (!now || !before || before.version >= now.version) return undefined;
  const fields = [...new Set([...Object.keys(before.config), ...Object.keys(now.config)])];
  return {
    id,
    from: before.version,
    to: now.version,
    fields: fields.filter((field) => JSON.stringify(before.config[field]) !== JSON.stringify(now.config[field])),
  };
}

function nodesIn(file: Json): JsonObject[] {
  const nodes = isJsonObject(file) ? file['nodes'] : undefined;
  return Array.isArray(nodes) ? nodes.filter(isJsonObject) : [];
}
