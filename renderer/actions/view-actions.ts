import {
  Expand,
  Focus,
  Grid3x3,
  Hand,
  Map as MapIcon,
  Maximize,
  Minus,
  Monitor,
  Moon,
  MousePointer2,
  PanelBottom,
  PanelLeft,
  PanelRight,
  Plus,
  RotateCcw,
  Spline,
  Sun,
  Unplug,
} from 'lucide-react';
import type { Place } from '../state/view-store.ts';
import { themes } from '../theme/theme.ts';
import { type Action, defineAction } from './action.ts';
import { needsCanvas, needsSelection } from './unavailable.ts';

const pictures = { system: Monitor, light: Sun, dark: Moon };
const STEP = 1.25;

export const actions: readonly Action[] = [
  defineAction({
    id: 'view.fit',
    title: 'action.view.fit',
    group: 'view',
    icon: Maximize,
    keys: ['1', 'Mod+1'],
    unavailable: needsCanvas,
    run: ({ canvas }) => canvas.getState().handle?.fit(),
  }),
  defineAction({
    id: 'view.fitSelection',
    title: 'action.view.fitSelection',
    group: 'view',
    icon: Focus,
    keys: ['.'],
    unavailable: needsSelection,
    run: ({ canvas, documents }) =>
      canvas.getState().handle?.fit([...(documents.active()?.document.store.getState().selection ?? [])]),
  }),
  defineAction({
    id: 'view.zoomIn',
    title: 'action.view.zoomIn',
    group: 'view',
    icon: Plus,
    keys: ['+', '='],
    unavailable: needsCanvas,
    run: ({ canvas }) => canvas.getState().handle?.zoomBy(STEP),
  }),
  defineAction({
    id: 'view.zoomOut',
    title: 'action.view.zoomOut',
    group: 'view',
    icon: Minus,
    keys: ['-'],
    unavailable: needsCanvas,
    run: ({ canvas }) => canvas.getState().handle?.zoomBy(1 / STEP),
  }),
  defineAction({
    id: 'view.zoomReset',
    title: 'action.view.zoomReset',
    group: 'view',
    icon: RotateCcw,
    keys: ['0'],
    unavailable: needsCanvas,
    run: ({ canvas }) => canvas.getState().handle?.zoomTo(1),
  }),
  defineAction({
    id: 'view.select',
    title: 'action.view.select',
    group: 'view',
    icon: MousePointer2,
    keys: ['V'],
    run: ({ view }) => view.setState({ pointer: 'select' }),
  }),
  defineAction({
    id: 'view.hand',
    title: 'action.view.hand',
    group: 'view',
    icon: Hand,
    keys: ['H'],
    run: ({ view }) => view.setState({ pointer: 'pan' }),
  }),
  defineAction({
    id: 'view.minimap',
    title: 'action.view.minimap',
    group: 'view',
    icon: MapIcon,
    keys: ['M'],
    run: ({ view }) => view.setState(({ minimap }) => ({ minimap: !minimap })),
  }),
  defineAction({
    id: 'view.snap',
    title: 'action.view.snap',
    group: 'view',
    icon: Grid3x3,
    keys: ['Shift+S'],
    run: ({ view }) => view.setState(({ snap }) => ({ snap: !snap })),
  }),
  defineAction({
    id: 'view.wires',
    title: 'action.view.wires',
    group: 'view',
    icon: Spline,
    keys: ['W'],
    run: ({ view }) => view.setState(({ wires }) => ({ wires: wires === 'curved' ? 'stepped' : 'curved' })),
  }),
  defineAction({
    id: 'view.hideWires',
    title: 'action.view.hideWires',
    group: 'view',
    icon: Unplug,
    keys: ['Shift+W'],
    run: ({ view }) => view.setState(({ wiresHidden }) => ({ wiresHidden: !wiresHidden })),
  }),
  defineAction({
    id: 'view.focus',
    title: 'action.view.focus',
    group: 'view',
    icon: Expand,
    keys: ['F'],
    run: ({ view }) => view.setState(({ focus }) => ({ focus: !focus })),
  }),
  toggle('left', PanelLeft, '['),
  toggle('right', PanelRight, ']'),
  toggle('dock', PanelBottom, 'J'),
  ...themes.map((theme) =>
    defineAction({
      id: `view.theme.${theme}`,
      title: `action.view.theme.${theme}`,
      group: 'view',
      icon: pictures[theme],
      run: ({ view }) => view.setState({ theme }),
    }),
  ),
];

function toggle(place: Place, icon: typeof PanelLeft, key: string): Action {
  return defineAction({
    id: `view.${place}`,
    title: `action.view.${place}`,
    group: 'view',
    icon,
    keys: [key],
    run: ({ view }) => view.setState((state) => ({ [place]: { ...state[place], open: !state[place].open } })),
  });
}
