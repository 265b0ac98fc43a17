// Time from a document of 50 layers to a plan of its training step, without the pipelines: `npx node tests/bench/compile.ts`.
import { cpus } from 'node:os';
import type { DatasetSchema } from '../../engine/core/dataset.ts';
import type { DeviceInfo } from '../../engine/core/device.ts';
import { targetOf } from '../../engine/backends/target.ts';
import { parseDocument } from '../../engine/graph/parse.ts';
import { compileModule } from '../../engine/passes/compile.ts';
import { createCpuExecutor } from '../../engine/process/cpu.ts';
import { moduleOf } from './model.ts';
import { straight, type Workload } from './workloads.ts';

const LAYERS = 50;
const ROUNDS = 5;
/** A graphics card as it tells of itself; nothing is run on it. */
const CARD: DeviceInfo = {
  name: 'a graphics card (not there; code is only written for it)',
  vendor: 'nvidia',
  architecture: 'ampere',
  backend: 'vulkan',
  software: false,
  features: ['subgroups'],
  maxBufferBytes: 2 ** 31,
  maxBuffersPerKernel: 10,
  subgroupSize: 32,
};

const schema: DatasetSchema = {
  version: 1,
  name: 'bench',
  rows: { train: 1024, validation: 0, test: 0 },
  columns: [
    {
      name: 'image',
      role: 'input',
      kind: 'image',
      dtype: 'u8',
      shape: [32, 32, 3],
      normalisation: { offset: [0], scale: [1 / 255] },
      missing: 0,
    },
    {
      name: 'label',
      role: 'target',
      kind: 'category',
      dtype: 'i32',
      shape: [],
      classes: Array.from({ length: 10 }, (_, at) => `class ${at}`),
      missing: 0,
    },
  ],
};

/** The layers between input and loss, LAYERS of them, the last one with ten units. */
function workload(
  name: string,
  hidden: (at: number) => { readonly type: string; readonly params?: Record<string, unknown> },
): Workload {
  const layers = Array.from({ length: LAYERS - 2 }, (_, at) => ({ id: `layer-${at}`, ...hidden(at) }));
  const nodes = [
    { id: 'input', type: 'input' },
    ...layers,
    { id: 'flatten', type: 'flatten' },
    { id: 'last', type: 'dense', params: { units: 10 } },
    { id: 'loss', type: 'cross-entropy' },
  ];
  const document = { format: 'strata', version: 1, name, ...straight(nodes), training: TRAINING };
  return { document: parseDocument(document), schema, batch: 32, inputs: 256, classes: 10 };
}

const TRAINING = {
  optimizer: { type: 'adam', params: {} },
  epochs: 1,
  batchSize: 32,
  seed: 1,
  l2: 0,
};

const CONVOLUTION = [
  { type: 'conv2d', params: { filters: 16, size: [3, 3], padding: 'same' } },
  { type: 'batch-norm' },
  { type: 'relu' },
];
const workloads = [
  workload('convolutions, batch norms and ReLUs', (at) => CONVOLUTION[at % 3]),
  workload('dense layers and ReLUs', (at) =>
    at === 0 ? { type: 'flatten' } : at % 2 ? { type: 'dense', params: { units: 64 } } : { type: 'relu' },
  ),
];
const cpu = createCpuExecutor();
console.log(`${LAYERS} layers, training step with Adam, on ${cpus().length} × ${cpus()[0].model}`);
for (const device of [cpu.device, CARD]) {
  for (const each of workloads) {
    const times = Array.from({ length: ROUNDS }, () => {
      const start = performance.now();
      compileModule(moduleOf(each), { target: targetOf(device) });
      return performance.now() - start;
    });
    const sorted = times.toSorted((a, b) => a - b);
    console.log(
      `  ${each.document.name}, for ${device.backend}: first ${times[0].toFixed(0)} ms, median ${sorted[ROUNDS >> 1].toFixed(0)} ms`,
    );
  }
}
await cpu.close();
