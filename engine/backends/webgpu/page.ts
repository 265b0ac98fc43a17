import { StrataError } from '../../core/errors.ts';
import { describeAdapter, openDevice } from './device.ts';
import { WebGpuExecutor } from './executor.ts';

/** The executor for pages and windows, on the browser's own WebGPU. Throws `NO_ADAPTER`. */
export async function createPageExecutor(): Promise<WebGpuExecutor> {
  const adapter = await navigator.gpu?.requestAdapter({ powerPreference: 'high-performance' });
  if (!adapter) {
    throw new StrataError({
      code: 'NO_ADAPTER',
      message: 'This window has no graphics adapter that supports WebGPU.',
      fix: 'Update the graphics driver, or open the page in a current Chrome, Edge, Safari or Firefox.',
    });
  }
  return new WebGpuExecutor(await openDevice(adapter), describeAdapter(adapter, 'browser'));
}
