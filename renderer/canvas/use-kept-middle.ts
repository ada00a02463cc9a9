import { useStore as useFlowStore, useReactFlow } from '@xyflow/react';
import { useLayoutEffect, useRef } from 'react';

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
    const { x, y, zoom } = flow.getViewport();
    void flow.setViewport({ x: x + (width - was.width) / 2, y: y + (height - was.height) / 2, zoom });
  }, [flow, width, height]);
}
