import { createStore, type StoreApi } from 'zustand/vanilla';
import { fromWireError } from '../../app/core/contracts/wire-error.ts';
import type { Words } from '../strings/text.ts';

export interface NoticeAction {
  label: Words;
  run: () => void;
}

/** Something that a person is told once, without being asked. */
export interface Notice {
  id: number;
  tone: 'info' | 'success' | 'warning' | 'danger';
  /** Words of ours, or the text of an error of the host. */
  text: Words | string;
  remedy?: string;
  actions?: readonly NoticeAction[];
  /** Stays until it is closed. */
  stays: boolean;
}

export interface Notices {
  readonly store: StoreApi<{ notices: readonly Notice[] }>;
  tell(text: Words, more?: Partial<Omit<Notice, 'id' | 'text'>>): void;
  /** Tells of what a call to the host threw: its message and how to mend it. */
  fail(thrown: unknown): void;
  close(id: number): void;
}

/** More at once would cover the work. */
const MOST = 4;

export function createNotices(): Notices {
  const store = createStore<{ notices: readonly Notice[] }>(() => ({ notices: [] }));
  let nextId = 1;
  const add = (notice: Omit<Notice, 'id'>) => {
    const id = nextId;
    nextId += 1;
    // What is told again while it still stands there stands there once.
    const isOther = ({ text }: Notice) => JSON.stringify(text) !== JSON.stringify(notice.text);
    store.setState(({ notices }) => ({
      notices: [...notices.filter(isOther).slice(1 - MOST), { ...notice, id }],
    }));
  };
  return {
    store,
    tell: (text, more) => add({ tone: 'info', stays: false, ...more, text }),
    fail(thrown) {
      const { message, remedy } = fromWireError(thrown);
      add({ tone: 'danger', stays: true, text: message, ...(remedy !== undefined && { remedy }) });
    },
    close: (id) => store.setState(({ notices }) => ({ notices: notices.filter((notice) => notice.id !== id) })),
  };
}
