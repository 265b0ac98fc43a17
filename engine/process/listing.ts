import { targetOf } from '../backends/target.ts';
import type { DeviceInfo } from '../core/device.ts';
import { openSnapshot } from '../data/snapshots/snapshot.ts';
import { printModule } from '../ir/print.ts';
import { printKernel } from '../kernel/print.ts';
import type { Module } from '../ir/program.ts';
import { compileModule } from '../passes/compile.ts';
import { printPlan } from '../passes/print-plan.ts';
import { bucketsFor, buildStored, trainingSpec } from '../train/fit.ts';
import type { ListingForm, ListingRequest } from './protocol.ts';

/** A WebGPU device with the limits that every one has (WebGPU, §3.6.2), for listings where there is none. */
const NOMINAL_GPU: DeviceInfo = {
  name: 'WebGPU with default limits',
  vendor: '',
  architecture: '',
  backend: 'nominal',
  software: false,
  features: [],
  maxBufferBytes: 128 * 2 ** 20,
  maxBuffersPerKernel: 8,
};

/** What becomes of a model on its way to the device, as text. Throws what preparing a run throws. */
export async function listing(request: ListingRequest, device: DeviceInfo): Promise<string> {
  const snapshot = await openSnapshot(request.dataset);
  try {
    const { document } = request;
    const buckets = await bucketsFor(document, snapshot);
    const spec = trainingSpec({ document, schema: snapshot.schema, device, buckets });
    const { module } = buildStored(spec, device);
    return write[request.form](module, device);
  } finally {
    await snapshot.close();
  }
}

const write: Readonly<Record<ListingForm, (module: Module, device: DeviceInfo) => string>> = {
  ir: printModule,
  kernels: (module, device) => {
    const lines: string[] = [];
    compileModule(module, {
      target: targetOf(device),
      onKernel: (kernel, program) => lines.push(`${program}: ${printKernel(kernel)}\n`),
    });
    return lines.join('\n');
  },
  code: printCode,
  wgsl: (module, device) => printCode(module, device.backend === 'wasm' ? NOMINAL_GPU : device),
  plan: (module, device) => printPlan(compileModule(module, { target: targetOf(device) })),
};

function printCode(module: Module, device: DeviceInfo): string {
  const comment = device.backend === 'wasm' ? ';;' : '//';
  const { kernels } = compileModule(module, { target: targetOf(device) });
  const parts = kernels.map(
    ({ label, code }, at) => `${comment} kernel ${at}: ${label}\n${code.trimEnd()}\n`,
  );
  return [`${comment} for ${device.name}\n`, ...parts].join('\n');
}
