import '@xyflow/react/dist/base.css';
import {
  Background,
  type Connection as DrawnConnection,
  type EdgeTypes,
  type FinalConnectionState,
  MiniMap,
  type NodeTypes,
  PanOnScrollMode,
  ReactFlow,
  ReactFlowProvider,
  SelectionMode,
  useStore as useFlowStore,
  useReactFlow,
  type Viewport,
} from '@xyflow/react';
import { Plus, SquareMousePointer } from 'lucide-react';
import { type DragEvent, type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import { useStore } from 'zustand';
import { actionOf, perform } from '../actions/registry.ts';
import { connectPorts } from '../commands/connect-ports.ts';
import { moveInto } from '../commands/move-into.ts';
import { reconnectEdge } from '../commands/reconnect-edge.ts';
import { connectionFault, directed } from '../nodes/connection.ts';
import { NODE_DRAG } from '../palette/node-drag.ts';
import { useStudio } from '../shell/studio-context.ts';
import type { CanvasHandle } from '../state/canvas-handle.ts';
import { type Point, placeOf, withBodies } from '../state/graph-queries.ts';
import { itemOf } from '../state/items.ts';
import type { OpenDocument } from '../state/open-documents.ts';
import { takeText } from '../state/take-text.ts';
import { t } from '../strings/text.ts';
import { Button } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { AddMenu, type AddMenuRequest } from './add-menu.tsx';
import styles from './canvas.module.css';
import { CanvasContext } from './canvas-context.ts';
import { CanvasTools } from './canvas-tools.tsx';
import { DrawnWire } from './drawn-wire.tsx';
import {
  type CanvasItem,
  createFlowGraph,
  type Dragged,
  type FlowGraph,
  portOfHandle,
  type WireItem,
} from './flow-graph.ts';
import { FlowNode } from './flow-node.tsx';
import { GroupItem } from './group-item.tsx';
import { boxAround, itemAt, itemBoxes } from './item-boxes.ts';
import { ItemMenu } from './item-menu.tsx';
import { NoteItem } from './note-item.tsx';
import { Overview } from './overview.tsx';
import { containerAt, placeNode } from './place-node.ts';
import { Refusal } from './refusal.tsx';
import { translateEdgeChanges, translateNodeChanges } from './translate-changes.ts';
import { Wire } from './wire.tsx';

const nodeTypes: NodeTypes = { node: FlowNode, note: NoteItem, frame: GroupItem };
const edgeTypes: EdgeTypes = { wire: Wire };
const none: Dragged = new Map();
const nothing: FlowGraph = { nodes: [], edges: [] };

const ZOOM = { least: 0.05, most: 2, readable: 0.6, far: 0.4, overview: 0.3, ms: 120 };
const SNAP: [number, number] = [5, 5];
const EDGE = 48;
const MINIMAP = { width: 168, height: 112 };
/** From so many nodes on only those are mounted that can be seen. */
const MANY = 150;

/** What a tab showed when it was left. */
const viewports = new WeakMap<OpenDocument, Viewport>();

/** The canvas of one open workflow. */
export function Canvas({ open }: { open: OpenDocument }): ReactNode {
  return (
    <CanvasContext value={open}>
      <ReactFlowProvider key={open.key}>
        <Surface open={open} />
      </ReactFlowProvider>
    </CanvasContext>
  );
}

function Surface({ open }: { open: OpenDocument }): ReactNode {
  const studio = useStudio();
  const { document } = open;
  const doc = useStore(document.store, (state) => state.doc);
  const selection = useStore(document.store, (state) => state.selection);
  const view = useStore(studio.view);
  const [dragged, setDragged] = useState<Dragged>(none);
  /** The same as it is now: several reports may come before the next drawing. */
  const draggedNow = useRef(none);
  const [menu, setMenu] = useState<AddMenuRequest>();
  const [itemMenu, setItemMenu] = useState<Point>();
  const dragStart = useRef(0);
  const flow = useReactFlow<CanvasItem, WireItem>();
  const root = useRef<HTMLDivElement>(null);
  const far = useFlowStore(({ transform }) => transform[2] < ZOOM.far);
  const isWide = useFlowStore(({ transform }) => transform[2] < ZOOM.overview);
  const [flowGraph] = useState(createFlowGraph);
  const graph = useMemo(() => flowGraph(doc, selection, dragged), [flowGraph, doc, selection, dragged]);
  const boxes = useMemo(() => itemBoxes(graph.nodes), [graph]);
  const boxesNow = useRef(boxes);
  useEffect(() => {
    boxesNow.current = boxes;
  }, [boxes]);
  // From afar a large graph is one picture: what could not be read is not mounted.
  const isOverview = isWide && graph.nodes.length > MANY;
  const { nodes, edges } = isOverview ? nothing : graph;

  const addAt = (at: Point, more: Partial<AddMenuRequest> = {}) =>
    setMenu({ at, place: flow.screenToFlowPosition(at), ...more });

  useEffect(() => {
    const middle = () => {
      const box = root.current?.getBoundingClientRect();
      return { x: (box?.left ?? 0) + (box?.width ?? 0) / 2, y: (box?.top ?? 0) + (box?.height ?? 0) / 2 };
    };
    /** Brings a box into the middle, as large as fits between the bounds. */
    function show(
      box: { x: number; y: number; width: number; height: number } | undefined,
      { most, least, padding }: { most: number; least: number; padding: number },
    ): void {
      const frame = root.current?.getBoundingClientRect();
      if (!box || !frame) return;
      const share = 1 - 2 * padding;
      const fitting = Math.min((frame.width * share) / box.width, (frame.height * share) / box.height);
      const zoom = Math.max(least, Math.min(most, fitting));
      void flow.setCenter(box.x + box.width / 2, box.y + box.height / 2, { zoom, duration: ZOOM.ms });
    }
    const handle: CanvasHandle = {
      fit(items) {
        // What was just changed stands in its new place only in the next frame.
        requestAnimationFrame(() => {
          const all = boxesNow.current;
          const wanted = items ? items.flatMap((id) => all.get(id) ?? []) : all.values();
          show(boxAround(wanted), { most: 1, least: ZOOM.least, padding: 0.1 });
        });
      },
      zoomBy: (factor) => void flow.zoomTo(flow.getZoom() * factor, { duration: ZOOM.ms }),
      zoomTo: (zoom) => void flow.zoomTo(zoom, { duration: ZOOM.ms }),
      panBy({ x, y }) {
        const now = flow.getViewport();
        void flow.setViewport({ ...now, x: now.x - x, y: now.y - y });
      },
      reveal: (id) => show(boxesNow.current.get(id), { most: 1, least: ZOOM.readable, padding: 0.3 }),
      center: () => flow.screenToFlowPosition(middle()),
      sizeOf(id) {
        const { width = 0, height = 0 } = boxesNow.current.get(id) ?? {};
        return { width, height };
      },
      toCanvas: (at) => flow.screenToFlowPosition(at),
      openAddMenu(at, more) {
        const { x, y } = at ?? middle();
        setMenu({ at: at ?? { x: x - 150, y: y - 210 }, place: flow.screenToFlowPosition({ x, y }), ...more });
      },
      focus: () => root.current?.focus(),
    };
    studio.canvas.setState({ handle });
    return () => {
      studio.canvas.setState({ handle: undefined });
    };
  }, [studio, flow]);

  /** A workflow that fits is shown whole; of a long one its beginning, large enough to be read. */
  function showStart(): void {
    const kept = viewports.get(open);
    if (kept) return void flow.setViewport(kept);
    const box = root.current?.getBoundingClientRect();
    const all = boxAround(boxes.values());
    if (!box || !all) return;
    const fitting = Math.min((box.width - EDGE * 2) / all.width, (box.height - EDGE * 2) / all.height);
    const zoom = Math.max(ZOOM.readable, Math.min(1, fitting));
    const left = fitting < zoom ? EDGE - all.x * zoom : (box.width - all.width * zoom) / 2 - all.x * zoom;
    const top = (box.height - all.height * zoom) / 2 - all.y * zoom;
    void flow.setViewport({ x: left, y: top, zoom });
  }

  const wireOf = ({ source, sourceHandle, target, targetHandle }: DrawnConnection | WireItem) => {
    const from = portOfHandle(source, sourceHandle);
    const to = portOfHandle(target, targetHandle);
    return from && to && directed(from, to);
  };

  function endOfDrawing(event: MouseEvent | TouchEvent, drawn: FinalConnectionState): void {
    if (drawn.isValid || drawn.toHandle || !('clientX' in event)) return;
    const connect = portOfHandle(drawn.fromHandle?.nodeId ?? null, drawn.fromHandle?.id);
    if (connect && event.target instanceof Element && event.target.closest('.react-flow__pane'))
      addAt({ x: event.clientX, y: event.clientY }, { connect });
  }

  function drop(event: DragEvent): void {
    const at = { x: event.clientX, y: event.clientY };
    const { files } = event.dataTransfer;
    if (files.length > 0) {
      event.preventDefault();
      void dropFiles(files, at).catch(studio.notices.fail);
    }
    const type = event.dataTransfer.getData(NODE_DRAG);
    if (type === '') return;
    event.preventDefault();
    const wire = globalThis.document
      .elementsFromPoint(at.x, at.y)
      .map((element) => element.closest('.react-flow__edge')?.getAttribute('data-id'))
      .find((id) => id != null);
    const edge = wire == null ? undefined : itemOf(wire).id;
    placeNode(studio, open, { type, at: flow.screenToFlowPosition(at), edge });
  }

  function openItemMenu(event: { preventDefault(): void; clientX: number; clientY: number }, ref?: string): void {
    event.preventDefault();
    if (ref !== undefined && !selection.has(ref)) document.select([ref]);
    setItemMenu({ x: event.clientX, y: event.clientY });
  }

  /** What is dropped into a container becomes part of its body, and what is dragged out of one no longer is. */
  function settle(moved: readonly CanvasItem[]): void {
    const [first] = moved.filter(({ type }) => type === 'node');
    if (!first) return;
    const now = document.store.getState().doc;
    const ids = moved.filter(({ type }) => type === 'node').map(({ id }) => id);
    const place = placeOf(now, first.id);
    const middle = { x: place.x + (first.width ?? 0) / 2, y: place.y + (first.height ?? 0) / 2 };
    const parent = containerAt(now, middle, (id) => boxes.get(id), withBodies(now, ids));
    if (parent === now.nodes.get(first.id)?.parent) return;
    const refused = document.run(moveInto, { nodes: ids, parent });
    if (refused) studio.notices.tell(refused, { tone: 'warning' });
    else document.squash(dragStart.current, { key: 'node.moveInto' });
  }

  async function dropFiles(files: FileList, at: Point): Promise<void> {
    const place = flow.screenToFlowPosition(at);
    for (const file of files) takeText(studio, await file.text(), { name: file.name, at: place });
  }

  return (
    <div
      ref={root}
      className={styles['canvas']}
      data-canvas
      data-far={far}
      data-pointer={view.pointer}
      role="application"
      aria-label={t('canvas.title')}
      aria-roledescription={t('canvas.role')}
      tabIndex={-1}
      onDoubleClick={(event) => {
        const isPane = event.target instanceof Element && event.target.classList.contains('react-flow__pane');
        if (isPane) addAt({ x: event.clientX, y: event.clientY });
      }}
      onFocus={({ target }) => {
        // Whoever walks through nodes and wires by Tab looks at the one that has the focus.
        const id = target.matches('.react-flow__node, .react-flow__edge') ? target.getAttribute('data-id') : null;
        if (id !== null && target.matches(':focus-visible')) document.select([id]);
      }}
      onDragOver={(event) => {
        if (event.dataTransfer.types.some((type) => type === NODE_DRAG || type === 'Files')) event.preventDefault();
      }}
      onDrop={drop}
    >
      <ReactFlow<CanvasItem, WireItem>
        nodes={nodes}
        edges={edges}
        nodeTypes={nodeTypes}
        edgeTypes={edgeTypes}
        onNodesChange={(changes) => {
          const about = { document, dragged: draggedNow.current, items: nodes };
          draggedNow.current = translateNodeChanges(changes, about);
          setDragged(draggedNow.current);
        }}
        onEdgesChange={(changes) => translateEdgeChanges(changes, document)}
        onConnect={(drawn) => {
          const wire = wireOf(drawn);
          const refused = wire && document.run(connectPorts, wire);
          if (refused) studio.notices.tell(refused, { tone: 'warning' });
        }}
        onConnectEnd={endOfDrawing}
        onReconnect={(edge, drawn) => {
          const now = wireOf(drawn);
          const end = drawn.source === edge.source && drawn.sourceHandle === edge.sourceHandle ? 'to' : 'from';
          const port = now?.[end];
          const refused = port && document.run(reconnectEdge, { edge: itemOf(edge.id).id, end, port });
          if (refused) studio.notices.tell(refused, { tone: 'warning' });
        }}
        isValidConnection={(drawn) => {
          const wire = wireOf(drawn);
          return wire !== undefined && connectionFault(document.store.getState().doc, wire) === undefined;
        }}
        onInit={showStart}
        onPaneClick={({ clientX: x, clientY: y }) => {
          const item = isOverview ? itemAt(boxes, flow.screenToFlowPosition({ x, y })) : undefined;
          if (item) document.select([item.id]);
        }}
        onMoveEnd={(_event, viewport) => viewports.set(open, viewport)}
        onPaneContextMenu={(event) => {
          event.preventDefault();
          addAt({ x: event.clientX, y: event.clientY });
        }}
        onNodeContextMenu={(event, { id }) => openItemMenu(event, id)}
        onEdgeContextMenu={(event, { id }) => openItemMenu(event, id)}
        onSelectionContextMenu={(event) => openItemMenu(event)}
        onNodeDragStart={() => {
          dragStart.current = document.mark();
        }}
        onSelectionDragStart={() => {
          dragStart.current = document.mark();
        }}
        onNodeDragStop={(_event, _node, moved) => settle(moved)}
        onSelectionDragStop={(_event, moved) => settle(moved)}
        connectionLineComponent={DrawnWire}
        connectionRadius={24}
        minZoom={ZOOM.least}
        maxZoom={ZOOM.most}
        snapToGrid={view.snap}
        snapGrid={SNAP}
        panOnScroll
        panOnScrollMode={PanOnScrollMode.Free}
        zoomOnDoubleClick={false}
        selectionOnDrag={view.pointer === 'select'}
        panOnDrag={view.pointer === 'select' ? [1] : [0, 1]}
        panActivationKeyCode="Space"
        selectionKeyCode="Shift"
        multiSelectionKeyCode={['Meta', 'Control', 'Shift']}
        selectionMode={SelectionMode.Partial}
        deleteKeyCode={null}
        disableKeyboardA11y
        onlyRenderVisibleElements={nodes.length > MANY}
        elevateNodesOnSelect={false}
        elevateEdgesOnSelect={false}
        zIndexMode="manual"
      >
        <Background gap={20} size={1.5} />
        {view.minimap && nodes.length > 0 && (
          <MiniMap pannable zoomable ariaLabel={t('canvas.minimap')} style={MINIMAP} />
        )}
      </ReactFlow>
      {isOverview && <Overview nodes={graph.nodes} edges={graph.edges} />}
      <Refusal />
      <CanvasTools />
      {graph.nodes.length === 0 && (
        <div className={styles['start']}>
          <EmptyState icon={SquareMousePointer} title={t('canvas.empty')} text={t('canvas.emptyText')}>
            <Button look="primary" onClick={() => perform(studio, actionOf('add.node'))}>
              <Plus aria-hidden />
              {t('action.add.node')}
            </Button>
          </EmptyState>
        </div>
      )}
      {itemMenu && <ItemMenu at={itemMenu} onClose={() => setItemMenu(undefined)} />}
      {menu && <AddMenu request={menu} onClose={() => setMenu(undefined)} />}
    </div>
  );
}
