import { targetOf } from '../backends/target.ts';
import { formatBytes } from '../core/bytes.ts';
import type { DatasetSchema } from '../core/dataset.ts';
import type { DeviceInfo } from '../core/device.ts';
import { StrataError } from '../core/errors.ts';
import type { Turns } from '../core/turns.ts';
import type { Snapshot } from '../data/snapshots/snapshot.ts';
import type { ModelDocument } from '../graph/document.ts';
import { arrangeModule, type CompileOptions } from '../passes/arrange.ts';
import { fitModule, fits, type Fitted, type Room } from '../passes/fit.ts';
import { peakBytes } from '../passes/memory.ts';
import { storeHalves } from '../passes/mixed.ts';
import type { PlanBuffer } from '../passes/plan.ts';
import { simplify } from '../passes/simplify.ts';
import { planBuckets, type Buckets } from './buckets.ts';
import { planRows, residentBytes } from './residency.ts';
import { bindingsOf, buildTraining, stepsPerEpoch, type TrainingModule, type TrainingSpec } from './step.ts';

/** Makes a model fit into the memory that there is, or says what would. */

export interface TrainingOptions {
  readonly document: ModelDocument;
  readonly schema: DatasetSchema;
  readonly device: DeviceInfo;
  /** Absent where sequences are not cut. */
  readonly buckets?: Buckets;
  /** Bytes of data that may stay on the device; decided by the device where absent. */
  readonly residentBytes?: number;
  /** Bytes that the run may take on the device; all that it has where absent. */
  readonly memoryLimit?: number;
}

export interface FittedTraining extends Fitted {
  readonly spec: TrainingSpec;
  readonly training: TrainingModule;
}

/** Nodes that a message names. */
const NAMED = 3;

/** Builds and compiles a model for a device. Throws `DATA_NO_ROWS`, or `DEVICE_MEMORY` where it does not fit in any way. */
export function* fitTraining(options: TrainingOptions): Turns<FittedTraining> {
  const spec = trainingSpec(options);
  const training = buildStored(spec, options.device);
  yield;
  const fitted = yield* fitModule(training.module, { target: targetOf(options.device) }, roomOf(options));
  if (!fitted) throw yield* tooLarge(options, spec, training);
  return { spec, training, ...fitted };
}

/** How a model is trained on a data set by a device. Throws `DATA_NO_ROWS`. */
export function trainingSpec({
  document,
  schema,
  device,
  buckets,
  memoryLimit,
  residentBytes: resident = residentBytes(device, memoryLimit),
}: TrainingOptions): TrainingSpec {
  if (schema.rows.train === 0) {
    throw new StrataError({
      code: 'DATA_NO_ROWS',
      message: `The data set "${schema.name}" has no rows to train on.`,
      fix: 'Import it again with a smaller share for validation and test.',
    });
  }
  const batch = Math.min(document.training.batchSize, schema.rows.train);
  const [train, ...evaluated] = planRows(schema, batch, resident);
  const spec = { document, schema, batch, train, evaluated, buckets };
  return { ...spec, steps: stepsPerEpoch(spec) * document.training.epochs };
}

/** The buckets of a model's sequences, where its settings ask for them. Throws what lowering and reading sequences throw. */
export async function bucketsFor(document: ModelDocument, snapshot: Snapshot): Promise<Buckets | undefined> {
  const { schema } = snapshot;
  const { buckets, padding, batchSize } = document.training;
  if (buckets === 1) return undefined;
  const batch = Math.min(batchSize, schema.rows.train);
  return planBuckets(snapshot, bindingsOf(document, schema).values(), { buckets, padding, batch });
}

/** Builds a model with the precision of its settings. Throws what building throws. */
export function buildStored(spec: TrainingSpec, device: DeviceInfo): TrainingModule {
  const training = buildTraining(spec);
  if (spec.document.training.precision === 'f32') return training;
  const trains = spec.buckets?.cuts.length ?? 1;
  const programs = training.module.programs.map((program, at) =>
    at < trains ? storeHalves(simplify(program), targetOf(device).maxBuffers) : program,
  );
  return { ...training, module: { ...training.module, programs } };
}

const roomOf = ({ device, memoryLimit = Infinity }: TrainingOptions): Room => ({
  total: Math.min(memoryLimit, device.memoryBytes ?? Infinity),
  buffer: device.maxBufferBytes,
});

function* tooLarge(
  options: TrainingOptions,
  { batch }: TrainingSpec,
  { module }: TrainingModule,
): Turns<StrataError> {
  const room = roomOf(options);
  const compiling: CompileOptions = { target: targetOf(options.device) };
  const { memory } = yield* arrangeModule(module, compiling);
  const needed = peakBytes(memory);
  const buffer = memory.buffers.find(({ bytes }) => bytes > room.buffer);
  const smaller = yield* largestBatch(batch, function* (size) {
    const { document } = options;
    const training = { ...document.training, batchSize: size };
    const spec = trainingSpec({ ...options, document: { ...document, training } });
    return fits(yield* arrangeModule(buildStored(spec, options.device).module, compiling), room);
  });
  const excess = `${formatBytes(needed - room.total)} too much`;
  return new StrataError({
    code: 'DEVICE_MEMORY',
    message: 'The model does not fit into the memory of the device.',
    where: buffer ? buffer.label : `most of it in ${largestNodes(memory.buffers)}`,
    got: buffer ? `${formatBytes(buffer.bytes)} in one buffer` : `${formatBytes(needed)} needed, ${excess}`,
    expected: `at most ${formatBytes(buffer ? room.buffer : room.total)}`,
    fix:
      smaller === 0
        ? 'Not even one row at a time fits: make these nodes smaller, or use another device.'
        : `Set the batch size to ${smaller} or less, or make these nodes smaller.`,
  });
}

/** The nodes that take most, with their bytes. */
export function largestNodes(buffers: readonly PlanBuffer[]): string {
  const bytesOf = new Map<string, number>();
  for (const { label, bytes } of buffers) {
    const [node] = label.split(': ');
    bytesOf.set(node, (bytesOf.get(node) ?? 0) + bytes);
  }
  const largest = [...bytesOf].sort(([, a], [, b]) => b - a).slice(0, NAMED);
  return largest.map(([node, bytes]) => `${node} (${formatBytes(bytes)})`).join(', ');
}

/** The largest batch below `batch` that passes, to about a tenth; 0 where not even 1 does. */
export function* largestBatch(batch: number, passes: (size: number) => Turns<boolean>): Turns<number> {
  let [good, bad] = [batch >> 1, batch];
  while (good > 0 && !(yield* passes(good))) [good, bad] = [good >> 1, good];
  while (good > 0 && bad - good > Math.max(1, good / 10)) {
    const middle = (good + bad) >> 1;
    if (yield* passes(middle)) good = middle;
    else bad = middle;
  }
  return good;
}
