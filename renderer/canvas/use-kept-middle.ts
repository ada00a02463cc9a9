import { useStore as useFlowStore, useReactFlow } from '@xyflow/react';
import { useLayoutEffect, useRef } from 'react';
import { movedView } from './fit-view.ts';

/** Keeps in the middle what is there when the canvas gets larger or smaller: the dock opens over what one looks at. */
export function useKeptMiddle(): void {
  const flow = useReactFlow();
  const width = useFlowStore((state) => state.width);
  const height = useFlowStore((state) => state.height);
  const before = useRef({ width: 0, height: 0 });
  useLayoutEffect(() => {
    const was = before.current;
    before.current = { width, height };
    // Not measured yet, or not shown.
    if (was.width === 0 || width === 0) return;
    void flow.setViewport(movedView(flow.getViewport(), was, { width, height }));
  }, [flow, width, height]);
}
