// Gives libraries that are made for browsers the `navigator.gpu` of the adapter that Strata uses.
import { create, globals } from 'webgpu';

/** Kept: the adapter goes with it. */
let gpu;

/** Puts `navigator.gpu` in place. @returns {Promise<string>} The adapter's name. */
export async function offerGraphics() {
  Object.assign(globalThis, globals);
  gpu = create([]);
  Object.defineProperty(globalThis.navigator, 'gpu', { value: gpu, configurable: true });
  const adapter = await gpu.requestAdapter();
  if (!adapter) throw new Error('No graphics adapter that supports WebGPU was found.');
  return adapter.info.description || adapter.info.device;
}
