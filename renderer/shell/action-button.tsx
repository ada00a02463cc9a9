import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import { titleOf } from '../actions/action.ts';
import { ariaKeys, keysOf, shownKeys } from '../actions/keys.ts';
import { actionOf, perform } from '../actions/registry.ts';
import { IconButton, type IconButtonProps } from '../ui/icon-button.tsx';
import { useStudio } from './studio-context.ts';

export interface ActionButtonProps extends Omit<IconButtonProps, 'label' | 'icon' | 'keys' | 'onClick'> {
  /** Id of an action. */
  action: string;
  icon?: LucideIcon;
}

/** A button that does an action, with its name and its keys. */
export function ActionButton({ action: id, icon, ...rest }: ActionButtonProps): ReactNode {
  const studio = useStudio();
  const action = actionOf(id);
  const [keys] = keysOf(
    action,
    useStore(studio.view, (view) => view.keys),
  );
  const Picture = icon ?? action.icon;
  if (!Picture) throw new Error(`the action ${id} has no picture`);
  return (
    <IconButton
      label={titleOf(action)}
      icon={Picture}
      keys={keys && shownKeys(keys)}
      aria-keyshortcuts={keys && ariaKeys(keys)}
      onClick={() => perform(studio, action)}
      {...rest}
    />
  );
}
