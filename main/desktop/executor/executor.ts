import { serveExecutor } from '../../../engine/backends/port.ts';
import { createPageExecutor } from '../../../engine/backends/webgpu/page.ts';
import { toProblem } from '../../../engine/core/errors.ts';

/** The hidden window that computes: it opens the device when the engine's port arrives, and serves plans from then on. */
window.addEventListener('message', async ({ source, data, ports: [port] }) => {
  if (source !== window || data !== 'strata:executor') return;
  try {
    serveExecutor(port, await createPageExecutor());
  } catch (error) {
    port.postMessage({ lost: toProblem(error).message });
  }
});
