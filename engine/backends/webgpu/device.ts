import type { DeviceInfo } from '../../core/device.ts';
import { StrataError } from '../../core/errors.ts';

/** Features that kernels use where the adapter has them. */
const WANTED: readonly GPUFeatureName[] = ['subgroups'];

const SOFTWARE = /swiftshader|llvmpipe|lavapipe|software|basic render|warp/i;

/** How an adapter describes itself, as people are told about it. */
export function describeAdapter(adapter: GPUAdapter, backend: string): DeviceInfo {
  const { info, limits } = adapter;
  const words = [info.vendor, info.architecture, info.device, info.description];
  const software = info.isFallbackAdapter || words.some((word) => SOFTWARE.test(word));
  const subgroupSize = info.subgroupMinSize === info.subgroupMaxSize ? info.subgroupMinSize : 0;
  return {
    name:
      info.description || info.device || [info.vendor, info.architecture].filter(Boolean).join(' ') || 'GPU',
    vendor: info.vendor,
    architecture: info.architecture,
    backend,
    software,
    features: WANTED.filter((feature) => adapter.features.has(feature)),
    maxBufferBytes: Math.min(limits.maxBufferSize, limits.maxStorageBufferBindingSize),
    maxBuffersPerKernel: limits.maxStorageBuffersPerShaderStage,
    ...(subgroupSize ? { subgroupSize } : {}),
    adapter: words.filter(Boolean).join(', '),
  };
}

/** Opens an adapter with everything that it can do for kernels: its buffer limits and wanted features. */
export async function openDevice(adapter: GPUAdapter): Promise<GPUDevice> {
  const { limits } = adapter;
  try {
    return await adapter.requestDevice({
      label: 'strata',
      requiredFeatures: WANTED.filter((feature) => adapter.features.has(feature)),
      requiredLimits: {
        maxBufferSize: limits.maxBufferSize,
        maxStorageBufferBindingSize: limits.maxStorageBufferBindingSize,
        maxStorageBuffersPerShaderStage: limits.maxStorageBuffersPerShaderStage,
        maxComputeWorkgroupStorageSize: limits.maxComputeWorkgroupStorageSize,
      },
    });
  } catch (cause) {
    throw new StrataError(
      {
        code: 'DEVICE_LOST',
        message: 'The graphics device could not be opened.',
        where: adapter.info.description || adapter.info.device,
        got: cause instanceof Error ? cause.message : String(cause),
        fix: 'Close other programs that use the graphics card and try again.',
      },
      { cause },
    );
  }
}
