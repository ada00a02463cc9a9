import { useEffect } from 'react';
import type { Studio } from '../state/studio.ts';

/** Leaves unsaved work where it is found again when the page is hidden, and asks before a page goes that could not. */
export function useGuard({ documents, prompts }: Studio): void {
  useEffect(() => {
    const savings = () =>
      documents.store.getState().tabs.flatMap((tab) => (tab.kind === 'document' ? [tab.saving] : []));
    const hide = () => {
      if (document.visibilityState === 'hidden') for (const saving of savings()) void saving.keep();
    };
    const leave = (event: BeforeUnloadEvent) => {
      const atRisk = savings().filter((saving) => saving.isAtRisk());
      if (atRisk.length === 0 && !prompts.isAtRisk()) return;
      for (const saving of atRisk) void saving.keep();
      event.preventDefault();
    };
    document.addEventListener('visibilitychange', hide);
    window.addEventListener('beforeunload', leave);
    return () => {
      document.removeEventListener('visibilitychange', hide);
      window.removeEventListener('beforeunload', leave);
    };
  }, [documents, prompts]);
}
