import '@xyflow/react/dist/base.css';
import {
  type Connection as DrawnConnection,
  type EdgeTypes,
  type FinalConnectionState,
  type NodeTypes,
  PanOnScrollMode,
  ReactFlow,
  type ReactFlowProps,
  ReactFlowProvider,
  SelectionMode,
  useStore as useFlowStore,
  useStoreApi as useFlowStoreApi,
  useReactFlow,
  type Viewport,
} from '@xyflow/react';
import { Plus, SquareMousePointer } from 'lucide-react';
import {
  type DragEvent,
  type MouseEvent as ReactMouseEvent,
  type ReactNode,
  type PointerEvent as ReactPointerEvent,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { useStore } from 'zustand';
import { actionOf, perform } from '../actions/registry.ts';
import { connectPorts } from '../commands/connect-ports.ts';
import { duplicateItems } from '../commands/duplicate-items.ts';
import { fragmentOf } from '../commands/fragment.ts';
import { moveInto } from '../commands/move-into.ts';
import { reconnectEdge } from '../commands/reconnect-edge.ts';
import { connectionFault, directed } from '../nodes/connection.ts';
import { NODE_DRAG } from '../palette/node-drag.ts';
import { useStudio } from '../shell/studio-context.ts';
import { useShownRun } from '../shell/use-shown-run.ts';
import { useLookedStop } from '../shell/use-stops.ts';
import type { CanvasHandle } from '../state/canvas-handle.ts';
import { enterWorkflow } from '../state/enter-workflow.ts';
import { type Point, placeOf, withBodies } from '../state/graph-queries.ts';
import { type ItemRef, itemOf, itemRef } from '../state/items.ts';
import type { ShownGraph } from '../state/shown-graph.ts';
import { takeText } from '../state/take-text.ts';
import type { ViewStore } from '../state/view-store.ts';
import { t } from '../strings/text.ts';
import { motionMs } from '../theme/motion.ts';
import { Button } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { useLater } from '../ui/use-later.ts';
import { useSteady } from '../ui/use-steady.ts';
import { AddMenu, type AddMenuRequest } from './add-menu.tsx';
import styles from './canvas.module.css';
import {
  CanvasContext,
  CanvasRunContext,
  CanvasStopContext,
  DrawnFromContext,
  StaleContext,
} from './canvas-context.ts';
import { CanvasTools } from './canvas-tools.tsx';
import { DrawnWire } from './drawn-wire.tsx';
import { type FitRequest, fittingView, movedView, type Size } from './fit-view.ts';
import {
  type CanvasItem,
  createFlowGraph,
  type Dragged,
  type FlowGraph,
  portOfHandle,
  type WireItem,
} from './flow-graph.ts';
import { FlowNode } from './flow-node.tsx';
import { GestureLines } from './gesture-lines.tsx';
import { Grid } from './grid.tsx';
import { GroupItem } from './group-item.tsx';
import { type Box, boxAround, type ItemBox, itemAt, itemBoxes } from './item-boxes.ts';
import { ItemMenu } from './item-menu.tsx';
import { Minimap } from './minimap.tsx';
import { minimapRoom } from './minimap-size.ts';
import { NodeToolbar } from './node-toolbar.tsx';
import { NoteItem } from './note-item.tsx';
import { Overview } from './overview.tsx';
import { containerAt, placeNode } from './place-node.ts';
import { Refusal } from './refusal.tsx';
import { StopBar } from './stop-bar.tsx';
import { translateEdgeChanges, translateNodeChanges } from './translate-changes.ts';
import { useBoxSelection } from './use-box-selection.ts';
import { useKeptMiddle } from './use-kept-middle.ts';
import { useLit } from './use-lit.ts';
import { useSlicing } from './use-slicing.ts';
import { useStaleNodes } from './use-stale-nodes.ts';
import { useWireBundle } from './use-wire-bundle.ts';
import { Wire } from './wire.tsx';

const nodeTypes: NodeTypes = { node: FlowNode, note: NoteItem, frame: GroupItem };
const edgeTypes: EdgeTypes = { wire: Wire };
const none: Dragged = new Map();
const nothing: FlowGraph = { nodes: [], edges: [] };

const ZOOM = { least: 0.05, most: 2, readable: 0.6, far: 0.4, overview: 0.3, ms: 120 };
const SNAP: [number, number] = [5, 5];
/** Held, they add to what is selected. One list for good: a new one at each drawing would forget what is held. */
const ADDING = ['Meta', 'Control', 'Shift'];
/** Buttons of the mouse that move the view. */
const PAN_BUTTONS = { select: [1], pan: [0, 1] };
const EDGE = 48;
/** From so many nodes on only those are mounted that can be seen. */
const MANY = 150;

/** What a tab showed when it was left. */
const lastViews = new WeakMap<ShownGraph, { viewport: Viewport; frame: Size }>();

/** The canvas of one open workflow, or of a graph that is only looked at. */
export function Canvas({ open }: { open: ShownGraph }): ReactNode {
  const run = useShownRun(open);
  return (
    <CanvasContext value={open}>
      <CanvasRunContext value={run}>
        <CanvasStopContext value={useLookedStop(open)}>
          <StaleContext value={useStaleNodes(open, run)}>
            <ReactFlowProvider key={open.key}>
              <Surface open={open} />
            </ReactFlowProvider>
          </StaleContext>
        </CanvasStopContext>
      </CanvasRunContext>
    </CanvasContext>
  );
}

function Surface({ open }: { open: ShownGraph }): ReactNode {
  const studio = useStudio();
  const { document } = open;
  const isFrozen = open.kind === 'frozen';
  const doc = useStore(document.store, (state) => state.doc);
  const selection = useStore(document.store, (state) => state.selection);
  const view = useStore(studio.view);
  const [dragged, setDragged] = useState<Dragged>(none);
  /** The same as it is now: several reports may come before the next drawing. */
  const draggedNow = useRef(none);
  const [menu, setMenu] = useState<AddMenuRequest>();
  const [itemMenu, setItemMenu] = useState<Point>();
  const dragStart = useRef(0);
  /** While Alt-dragging: the copies that move in place of what was taken hold of. */
  const copies = useRef<ReadonlyMap<ItemRef, ItemRef>>(undefined);
  /** A wire that was given up by Escape while it was drawn. */
  const givenUp = useRef(false);
  const flow = useReactFlow<CanvasItem, WireItem>();
  const root = useRef<HTMLDivElement>(null);
  /** What the canvas begins with. */
  const [start, setStart] = useState<Viewport>();
  const lit = useLit();
  const isLater = useLater();
  const slicing = useSlicing(root);
  const bundling = useWireBundle(root);
  const boxing = useBoxSelection(root);
  useKeptMiddle();
  const flowStore = useFlowStoreApi();
  const drawnNode = useFlowStore(({ connection }) => connection.fromHandle?.nodeId ?? null);
  const drawnHandle = useFlowStore(({ connection }) => connection.fromHandle?.id);
  const drawnFrom = useMemo(() => portOfHandle(drawnNode, drawnHandle), [drawnNode, drawnHandle]);
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

  const addAt = (at: Point, more: Partial<AddMenuRequest> = {}) => {
    if (!isFrozen) setMenu({ at, place: flow.screenToFlowPosition(at), ...more });
  };

  const closeMenu = () => {
    setMenu(undefined);
    // Else the focus would be lost with the field that had it.
    root.current?.focus({ preventScroll: true });
  };

  useEffect(() => {
    window.addEventListener('keydown', giveUp, { capture: true });
    return () => window.removeEventListener('keydown', giveUp, { capture: true });
  });

  useEffect(() => {
    const middle = () => {
      const box = root.current?.getBoundingClientRect();
      return { x: (box?.left ?? 0) + (box?.width ?? 0) / 2, y: (box?.top ?? 0) + (box?.height ?? 0) / 2 };
    };
    /** Brings boxes into the middle, as large as they fit between the bounds. */
    function show(wanted: Iterable<Box>, how: Pick<FitRequest, 'zoom' | 'padding'>): void {
      const frame = root.current?.getBoundingClientRect();
      const found = frame && fittingView(wanted, { frame, corner: cornerOf(studio.view, frame), ...how });
      if (found) void flow.setViewport(found, { duration: motionMs(ZOOM.ms) });
    }
    const doc = () => document.store.getState().doc;
    /** Where the zoom leads, and until when it is under way. */
    let aim = { zoom: 1, until: 0 };
    function zoomTo(zoom: number): void {
      const duration = motionMs(ZOOM.ms);
      aim = { zoom: Math.max(ZOOM.least, Math.min(ZOOM.most, zoom)), until: performance.now() + duration };
      void flow.zoomTo(aim.zoom, { duration });
    }
    const handle: CanvasHandle = {
      key: open.key,
      fit(items) {
        // What was just changed stands in its new place only in the next frame.
        requestAnimationFrame(() => {
          const all = boxesNow.current;
          const wanted = items ? items.flatMap((id) => all.get(id) ?? []) : all.values();
          show(wanted, { zoom: { least: ZOOM.least, most: 1 }, padding: 0.1 });
        });
      },
      zoomBy(factor) {
        // Pressed again while the canvas still moves, it goes on from where that leads.
        const isMoving = performance.now() < aim.until;
        zoomTo((isMoving ? aim.zoom : flow.getZoom()) * factor);
      },
      zoomTo,
      panBy({ x, y }) {
        const now = flow.getViewport();
        void flow.setViewport({ ...now, x: now.x - x, y: now.y - y });
      },
      reveal(id) {
        const hiding = [...doc().groups.values()].find(
          ({ collapsed, nodes: inside }) => collapsed && inside.includes(id),
        );
        const ref = hiding ? itemRef('group', hiding.id) : id;
        const box = boxesNow.current.get(ref);
        show(box ? [box] : [], { zoom: { least: ZOOM.readable, most: 1 }, padding: 0.3 });
      },
      middleOf(edge) {
        const path = root.current?.querySelector<SVGPathElement>(
          `.react-flow__edge[data-id="${CSS.escape(itemRef('edge', edge))}"] .react-flow__edge-path`,
        );
        const at = path?.getPointAtLength(path.getTotalLength() / 2);
        return at && { x: at.x, y: at.y };
      },
      center: () => flow.screenToFlowPosition(middle()),
      sizeOf(id) {
        const { width = 0, height = 0 } = boxesNow.current.get(id) ?? {};
        return { width, height };
      },
      toCanvas: (at) => flow.screenToFlowPosition(at),
      openAddMenu(at, more) {
        if (isFrozen) return;
        const { x, y } = at ?? middle();
        setMenu({ at: at ?? { x: x - 150, y: y - 210 }, place: flow.screenToFlowPosition({ x, y }), ...more });
      },
      focus: () => root.current?.focus(),
    };
    studio.canvas.setState({ handle });
    return () => {
      studio.canvas.setState({ handle: undefined });
    };
  }, [studio, flow, open, isFrozen, document]);

  // Known before anything is mounted: what lies outside of it then never is.
  useLayoutEffect(() => {
    const box = root.current?.getBoundingClientRect();
    const last = lastViews.get(open);
    const viewport = (box && last && movedView(last.viewport, last.frame, box)) ??
      (box && startOf(boxesNow.current, box, cornerOf(studio.view, box))) ?? { x: 0, y: 0, zoom: 1 };
    if (box) lastViews.set(open, { viewport, frame: box });
    setStart(viewport);
  }, [open, studio]);

  /** A node that was asked for. */
  function showFirst(): void {
    const { first, handle } = studio.canvas.getState();
    if (first?.key !== open.key || !handle) return;
    studio.canvas.setState({ first: undefined });
    handle.reveal(first.node);
  }

  const wireOf = ({ source, sourceHandle, target, targetHandle }: DrawnConnection | WireItem) => {
    const from = portOfHandle(source, sourceHandle);
    const to = portOfHandle(target, targetHandle);
    return from && to && directed(from, to);
  };

  function endOfDrawing(event: MouseEvent | TouchEvent, drawn: FinalConnectionState): void {
    if (givenUp.current || drawn.isValid || drawn.toHandle || !('clientX' in event)) return;
    const connect = portOfHandle(drawn.fromHandle?.nodeId ?? null, drawn.fromHandle?.id);
    if (connect && event.target instanceof Element && event.target.closest('.react-flow__pane'))
      addAt({ x: event.clientX, y: event.clientY }, { connect });
  }

  function drop(event: DragEvent): void {
    if (isFrozen) return;
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
    if (isFrozen) return;
    if (ref !== undefined && !selection.has(ref)) document.select([ref]);
    setItemMenu({ x: event.clientX, y: event.clientY });
  }

  /** Remembers where a drag began; with Alt, copies of what is dragged move in its place. */
  function beginDrag({ altKey }: { altKey: boolean }, items: readonly CanvasItem[]): void {
    dragStart.current = document.mark();
    copies.current = undefined;
    const refs = items.filter(({ type }) => type !== 'frame').map(({ id }) => id);
    const fragment = altKey ? fragmentOf(document.store.getState().doc, refs) : undefined;
    if (!fragment) return;
    document.seal();
    dragStart.current = document.mark();
    const refused = document.run(duplicateItems, { items: refs, offset: { x: 0, y: 0 } });
    if (refused) studio.notices.tell(refused, { tone: 'warning' });
    // A command selects what it made in the order of what it made it of.
    const made = [...document.store.getState().selection];
    const from = [...fragment.nodes.map(({ id }) => id), ...fragment.notes.map(({ id }) => itemRef('note', id))];
    copies.current = new Map(from.flatMap((ref, at) => (made[at] === undefined ? [] : [[ref, made[at]]])));
  }

  function endDrag(items: readonly CanvasItem[]): void {
    const made = copies.current;
    copies.current = undefined;
    if (!made) {
      settle(items);
      return;
    }
    settle(items.map((item) => ({ ...item, id: made.get(item.id) ?? item.id }) as CanvasItem));
    document.squash(dragStart.current, { key: 'items.duplicate', values: { count: made.size } });
  }

  /** A press that begins a gesture of our own is none for the library. */
  function pressed(event: ReactPointerEvent): void {
    // Dragging keeps the focus where it was: keys would still go to a field elsewhere.
    const isOutside = !root.current?.contains(globalThis.document.activeElement);
    const isField = event.target instanceof Element && event.target.closest('input, textarea, select') !== null;
    const isPane = event.target instanceof Element && event.target.matches('.react-flow__pane');
    if (isPane || (isOutside && !isField)) root.current?.focus({ preventScroll: true });
    if (!isFrozen) root.current?.setAttribute('data-pointed', '');
    const isOurs = !isFrozen && (slicing.begin(event) || bundling.begin(event));
    if (isOurs || boxing.begin(event)) event.stopPropagation();
  }

  function clicked(event: ReactMouseEvent): void {
    const isOn = (selector: string) => event.target instanceof Element && event.target.matches(selector);
    const isOurs =
      isOn('.react-flow__edge-interaction') ||
      (event.altKey && isOn('.react-flow__pane')) ||
      (event.shiftKey && isOn('.react-flow__handle'));
    if (isOurs && event.button === 0) event.stopPropagation();
  }

  /** Escape gives up the wire that is drawn; the library knows only that the pointer was let go. */
  function giveUp(event: { key: string; preventDefault(): void; stopPropagation(): void }): void {
    if (event.key !== 'Escape' || !flowStore.getState().connection.inProgress) return;
    event.preventDefault();
    givenUp.current = true;
    globalThis.document.dispatchEvent(new MouseEvent('mouseup'));
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

  /** Whenever one of them is another function, the library tells every node and wire. */
  const on = useSteady({
    onNodesChange: (changes) => {
      const about = { document, dragged: draggedNow.current, items: nodes, copies: copies.current };
      draggedNow.current = translateNodeChanges(changes, about);
      setDragged(draggedNow.current);
    },
    onEdgesChange: (changes) => translateEdgeChanges(changes, document),
    onConnectStart: () => {
      givenUp.current = false;
    },
    onConnect: (drawn) => {
      const wire = givenUp.current ? undefined : wireOf(drawn);
      const refused = wire && document.run(connectPorts, wire);
      if (refused) studio.notices.tell(refused, { tone: 'warning' });
    },
    onConnectEnd: endOfDrawing,
    onReconnect: (edge, drawn) => {
      const now = givenUp.current ? undefined : wireOf(drawn);
      const end = drawn.source === edge.source && drawn.sourceHandle === edge.sourceHandle ? 'to' : 'from';
      const port = now?.[end];
      const refused = port && document.run(reconnectEdge, { edge: itemOf(edge.id).id, end, port });
      if (refused) studio.notices.tell(refused, { tone: 'warning' });
    },
    isValidConnection: (drawn) => {
      const wire = wireOf(drawn);
      return wire !== undefined && connectionFault(document.store.getState().doc, wire) === undefined;
    },
    onInit: showFirst,
    onPaneClick: ({ clientX: x, clientY: y, ctrlKey, metaKey }) => {
      if (ctrlKey || metaKey) return addAt({ x, y });
      const item = isOverview ? itemAt(boxes, flow.screenToFlowPosition({ x, y })) : undefined;
      if (item) document.select([item.id]);
    },
    // By hand and not by state: nothing is to be drawn anew because of it.
    onMoveStart: () => root.current?.setAttribute('data-moving', ''),
    onMoveEnd: (_event, viewport) => {
      root.current?.removeAttribute('data-moving');
      const { width, height } = flowStore.getState();
      lastViews.set(open, { viewport, frame: { width, height } });
    },
    onPaneContextMenu: (event) => {
      event.preventDefault();
      addAt({ x: event.clientX, y: event.clientY });
    },
    onNodeDoubleClick: (_event, { id }) => {
      // What a node ran inside is drawn in it where nothing is edited.
      if (!isFrozen) void enterWorkflow(studio, open, id).catch(studio.notices.fail);
    },
    onNodeContextMenu: (event, { id }) => openItemMenu(event, id),
    onEdgeContextMenu: (event, { id }) => openItemMenu(event, id),
    onSelectionContextMenu: (event) => openItemMenu(event),
    onNodeClick: ({ ctrlKey, metaKey, shiftKey }, { id }) => {
      // Of several that are selected a plain click leaves the one; the library would leave them all.
      if (!ctrlKey && !metaKey && !shiftKey && selection.size > 1) document.select([id]);
    },
    onNodeMouseEnter: (event, { id }) => lit.hover(id, event),
    onNodeMouseLeave: (event) => lit.hover(undefined, event),
    onNodeDragStart: (event, _node, moved) => beginDrag(event, moved),
    onSelectionDragStart: (event, moved) => beginDrag(event, moved),
    onNodeDragStop: (_event, _node, moved) => endDrag(moved),
    onSelectionDragStop: (_event, moved) => endDrag(moved),
  } satisfies ReactFlowProps<CanvasItem, WireItem>);

  return (
    <div
      ref={root}
      className={styles['canvas']}
      data-canvas
      data-far={far}
      data-pointer={view.pointer}
      data-wires={view.wiresHidden ? 'hidden' : 'shown'}
      data-lit={lit.isLit}
      role="application"
      aria-label={t('canvas.title')}
      aria-roledescription={t('canvas.role')}
      tabIndex={-1}
      onPointerDownCapture={pressed}
      onMouseDownCapture={clicked}
      onDoubleClick={(event) => {
        const isPane = event.target instanceof Element && event.target.classList.contains('react-flow__pane');
        if (isPane) addAt({ x: event.clientX, y: event.clientY });
      }}
      onFocus={({ target }) => {
        // Whoever walks through nodes and wires by Tab looks at the one that has the focus.
        const id = target.matches('.react-flow__node, .react-flow__edge') ? target.getAttribute('data-id') : null;
        if (id !== null && target.matches(':focus-visible')) document.select([id]);
      }}
      onBlur={({ relatedTarget, currentTarget }) => {
        if (!currentTarget.contains(relatedTarget)) currentTarget.removeAttribute('data-pointed');
      }}
      onKeyDownCapture={({ key, currentTarget }) => {
        // It gives Tab back to whoever wants to walk on by keys.
        if (key === 'Escape') currentTarget.removeAttribute('data-pointed');
      }}
      onDragOver={(event) => {
        if (event.dataTransfer.types.some((type) => type === NODE_DRAG || type === 'Files')) event.preventDefault();
      }}
      onDrop={drop}
    >
      {start && (
        <DrawnFromContext value={drawnFrom}>
          <ReactFlow<CanvasItem, WireItem>
            defaultViewport={start}
            nodes={nodes}
            edges={edges}
            nodeTypes={nodeTypes}
            edgeTypes={edgeTypes}
            {...on}
            nodesDraggable={!isFrozen}
            nodesConnectable={!isFrozen}
            edgesReconnectable={!isFrozen}
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
            panOnDrag={PAN_BUTTONS[view.pointer]}
            panActivationKeyCode="Space"
            selectionKeyCode="Shift"
            multiSelectionKeyCode={ADDING}
            selectionMode={SelectionMode.Partial}
            deleteKeyCode={null}
            disableKeyboardA11y
            onlyRenderVisibleElements={nodes.length > MANY}
            elevateNodesOnSelect={false}
            elevateEdgesOnSelect={false}
            zIndexMode="manual"
          >
            {!isWide && <Grid />}
          </ReactFlow>
        </DrawnFromContext>
      )}
      {isOverview && <Overview nodes={graph.nodes} edges={graph.edges} />}
      {isLater && view.minimap && nodes.length > 0 && <Minimap boxes={boxes} />}
      {!isFrozen && !isOverview && <NodeToolbar boxes={boxes} selection={selection} />}
      <GestureLines cut={slicing.line} bundle={bundling.bundle} canvas={root} />
      <Refusal />
      {isLater && <CanvasTools />}
      {open.kind === 'document' && <StopBar />}
      {graph.nodes.length === 0 && !isFrozen && (
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
      {menu && <AddMenu request={menu} onClose={closeMenu} />}
    </div>
  );
}

/** A workflow that fits is shown whole; of a long one its beginning, large enough to be read. */
function startOf(
  boxes: ReadonlyMap<string, ItemBox>,
  frame: FitRequest['frame'],
  corner: FitRequest['corner'],
): Viewport | undefined {
  const all = boxAround(boxes.values());
  const whole = fittingView(boxes.values(), { frame, corner, padding: 0.06, zoom: { least: ZOOM.least, most: 1 } });
  if (!all || !whole || whole.zoom >= ZOOM.readable) return whole;
  const zoom = ZOOM.readable;
  return { x: EDGE - all.x * zoom, y: (frame.height - all.height * zoom) / 2 - all.y * zoom, zoom };
}

/** What the overview map covers, when it is shown. */
function cornerOf(view: ViewStore, { height }: FitRequest['frame']): FitRequest['corner'] {
  return view.getState().minimap ? minimapRoom(height) : undefined;
}
