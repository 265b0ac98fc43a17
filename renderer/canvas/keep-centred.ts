import type { Viewport } from '@xyflow/svelte';

interface View {
  getViewport(): Viewport;
  setViewport(viewport: Viewport): unknown;
}

/**
 * Leaves what is in the middle of the canvas there when the window or a panel beside it changes its width; returns what ends it. Its height
 * changes with the list of problems, at which nothing should move.
 */
export function keepCentred(canvas: HTMLElement, { getViewport, setViewport }: View): () => void {
  let width = canvas.clientWidth;
  const observer = new ResizeObserver(() => {
    const wider = canvas.clientWidth - width;
    width = canvas.clientWidth;
    if (wider === 0) return;
    const viewport = getViewport();
    setViewport({ ...viewport, x: viewport.x + wider / 2 });
  });
  observer.observe(canvas);
  return () => observer.disconnect();
}
