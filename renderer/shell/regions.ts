/** What can have the focus by the Tab key. */
const focusable =
  ':is(a[href], button, input, select, textarea, summary, [tabindex="0"]):not([tabindex="-1"], :disabled)';

/** Where a region begins: at what is chosen in it, else at its first control. */
function entryOf(region: Element): HTMLElement | undefined {
  const chosen = region.querySelector<HTMLElement>('.react-flow__node.selected, [role="tab"][aria-selected="true"]');
  const all = [
    chosen,
    region.querySelector<HTMLElement>('.react-flow__node-node'),
    ...region.querySelectorAll(focusable),
  ];
  return all.find((one): one is HTMLElement => one instanceof HTMLElement && one.checkVisibility());
}

/** Takes the focus to the next part of the page, or to the one before, round and round. */
export function walkRegions(step: 1 | -1): void {
  const entries = [...document.querySelectorAll('[data-region]')].flatMap((region) => {
    const entry = entryOf(region);
    return entry ? { region, entry } : [];
  });
  const here = entries.findIndex(({ region }) => region.contains(document.activeElement));
  const from = here === -1 && step === -1 ? 0 : here;
  entries[(from + step + entries.length) % entries.length]?.entry.focus();
}

/**
 * Takes the focus to a part of the page as soon as it is drawn, unless what is in it has taken it already. The tab of a
 * panel that was shown before has not: its place is taken.
 */
export function enterRegion(name: string): void {
  // A layer that is about to close gives the focus back in the frame between.
  requestAnimationFrame(() =>
    requestAnimationFrame(() => {
      const region = document.querySelector(`[data-region="${name}"]`);
      const here = document.activeElement;
      const isLeft = here?.matches('[role="tab"][aria-selected="false"]');
      if (region && (isLeft || !region.contains(here))) entryOf(region)?.focus();
    }),
  );
}

/** The menu of what has the focus, where the right button of a pointer would open it. */
export function openMenuHere(): void {
  const here = document.activeElement;
  if (!here) return;
  const { left, top, width, height } = here.getBoundingClientRect();
  const middle = { clientX: left + width / 2, clientY: top + height / 2 };
  here.dispatchEvent(new MouseEvent('contextmenu', { bubbles: true, cancelable: true, ...middle }));
}
