import { create, globals } from 'webgpu';
import { StrataError } from '../../core/errors.ts';
import { describeAdapter, openDevice } from './device.ts';
import { WebGpuExecutor } from './executor.ts';

export interface DawnOptions {
  /** Take the software adapter even where a graphics card is present. */
  readonly software?: boolean;
}

/**
 * The executor for Node hosts, on Dawn (npm package `webgpu`).
 * Throws `NO_ADAPTER` where the machine offers no WebGPU adapter.
 */
export async function createDawnExecutor(options: DawnOptions = {}): Promise<WebGpuExecutor> {
  Object.assign(globalThis, globals);
  const instance = create([`enable-dawn-features=${TOGGLES.join(',')}`]);
  const adapter = await instance.requestAdapter({
    powerPreference: 'high-performance',
    forceFallbackAdapter: options.software ?? false,
  });
  if (!adapter) throw noAdapter();
  const info = describeAdapter(adapter, BACKENDS[process.platform] ?? 'vulkan');
  return new DawnExecutor(instance, await openDevice(adapter), info);
}

/**
 * Our kernels keep inside of their buffers by themselves: the WGSL writer proves that from the ranges of an index, or clamps it.
 * Dawn's checks of every access would come on top, at a third of the time of a product on a software adapter.
 */
const TOGGLES = ['disable_robustness'];

/** Dawn crashes when an instance is collected before its device, and keeps the process alive while one is not. */
const instances = new Set<GPU>();

class DawnExecutor extends WebGpuExecutor {
  private readonly instance: GPU;

  constructor(instance: GPU, ...rest: ConstructorParameters<typeof WebGpuExecutor>) {
    super(...rest);
    this.instance = instance;
    instances.add(instance);
  }

  override async close(): Promise<void> {
    await super.close();
    instances.delete(this.instance);
  }
}

const BACKENDS: Readonly<Record<string, string>> = { darwin: 'metal', win32: 'd3d12', linux: 'vulkan' };

const FIXES: Readonly<Record<string, string>> = {
  linux:
    'Install a Vulkan driver: the one of your graphics card, or a software one (Debian 13 or Ubuntu 24.04 and later: ' +
    '"apt install mesa-vulkan-drivers"; or point VK_ICD_FILENAMES at vk_swiftshader_icd.json of a Chromium installation).',
  win32: 'Update the driver of the graphics card, or install Windows updates (Direct3D 12 is needed).',
  darwin: 'Update macOS: WebGPU needs a Mac with Metal.',
};

function noAdapter(): StrataError {
  return new StrataError({
    code: 'NO_ADAPTER',
    message: 'No graphics adapter that supports WebGPU was found.',
    expected: 'a graphics driver with Vulkan, Metal or Direct3D 12',
    fix: FIXES[process.platform] ?? FIXES.linux,
  });
}
