import { Command } from 'cmdk';
import type { ReactNode } from 'react';

interface ListSearchProps {
  value: string;
  onValueChange: (value: string) => void;
  placeholder: string;
  autoFocus?: boolean;
}

/**
 * The field of a list that is searched by typing. When an entry of a list is marked, the library gives that list's field
 * the focus if any field with its attribute has it: a list that appeared beside an open palette took what was typed there.
 */
export function ListSearch(props: ListSearchProps): ReactNode {
  return <Command.Input ref={hideFromOtherLists} {...props} />;
}

function hideFromOtherLists(field: HTMLInputElement | null): void {
  field?.removeAttribute('cmdk-input');
}
