import { ArrowLeftToLine, ArrowRightToLine, SquareMenu } from 'lucide-react';
import { panels } from '../panels/registry.ts';
import { enterRegion, openMenuHere, walkRegions } from '../shell/regions.ts';
import { showPanel } from '../state/view-store.ts';
import { type Action, defineAction } from './action.ts';

/** Every panel by its name, and the way from one part of the page to the next: all by keys. */
export const actions: readonly Action[] = [
  ...panels.map(({ id, title, icon, place, keys }) =>
    defineAction({
      id: `view.${id}`,
      title: 'action.view.panel',
      of: title,
      group: 'panel',
      icon,
      ...(keys && { keys }),
      run({ view }) {
        // The canvas alone has no panels.
        view.setState({ focus: false });
        showPanel(view, place, id);
        enterRegion(place);
      },
    }),
  ),
  defineAction({
    id: 'go.nextPart',
    title: 'action.go.nextPart',
    group: 'panel',
    icon: ArrowRightToLine,
    keys: ['F6'],
    inText: true,
    run: () => walkRegions(1),
  }),
  defineAction({
    id: 'go.previousPart',
    title: 'action.go.previousPart',
    group: 'panel',
    icon: ArrowLeftToLine,
    keys: ['Shift+F6'],
    inText: true,
    run: () => walkRegions(-1),
  }),
  defineAction({
    id: 'go.menu',
    title: 'action.go.menu',
    group: 'edit',
    icon: SquareMenu,
    keys: ['Shift+F10'],
    onCanvas: true,
    run: openMenuHere,
  }),
];
