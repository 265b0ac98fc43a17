import type { Executor, Session } from '../backends/executor.ts';
import { targetOf } from '../backends/target.ts';
import type { DatasetSchema } from '../core/dataset.ts';
import { StrataError } from '../core/errors.ts';
import type { NamedTensor } from '../core/safetensors.ts';
import { inTurns } from '../core/turns.ts';
import { formatShape, sameShape } from '../core/shape.ts';
import type { ModelDocument } from '../graph/document.ts';
import type { Builder } from '../ir/builder.ts';
import type { Module } from '../ir/program.ts';
import { fill } from '../ops/constant.ts';
import { compileInTurns } from '../passes/compile.ts';
import type { LoweredWeight, LowerOptions } from '../passes/lower.ts';
import { readCheckpoint } from '../train/checkpoints.ts';
import { measuredWeights } from '../train/transfer.ts';
import type { BatchInputs } from './batch-inputs.ts';

/** A model as a run has left it: what it is, what its data look like, and the weights that the run is measured by, by state. */
export interface TrainedModel {
  readonly document: ModelDocument;
  readonly schema: DatasetSchema;
  readonly weights: ReadonlyMap<string, NamedTensor>;
}

/** Takes the weights from the file of a checkpoint. Throws `CHECKPOINT_CORRUPT`. */
export async function trainedModel(
  document: ModelDocument,
  schema: DatasetSchema,
  checkpoint: Uint8Array,
): Promise<TrainedModel> {
  return { document, schema, weights: measuredWeights(await readCheckpoint(checkpoint)) };
}

/** How its programs are lowered: nothing is random any more. */
export function loweringOf(b: Builder, { schema }: TrainedModel, inputs: BatchInputs): Lowering {
  const none = fill(b, 0, [], 'u32');
  return { schema, seed: none, step: none, columns: (...wanted) => inputs.columns(b, ...wanted) };
}
type Lowering = Pick<LowerOptions, 'schema' | 'seed' | 'step' | 'columns'>;

/** Compiles a module for a device and loads it with the model's weights. Throws `CHECKPOINT_MISMATCH`. */
export async function loadModule(
  model: TrainedModel,
  { module, weights }: { readonly module: Module; readonly weights: readonly LoweredWeight[] },
  executor: Executor,
): Promise<Session> {
  const session = await executor.load(
    await inTurns(compileInTurns(module, { target: targetOf(executor.device) })),
  );
  try {
    await uploadWeights(session, model, weights);
    return session;
  } catch (error) {
    await session.dispose();
    throw error;
  }
}

async function uploadWeights(
  session: Session,
  { weights }: TrainedModel,
  wanted: readonly LoweredWeight[],
): Promise<void> {
  for (const { state } of wanted) {
    const { name, type } = state;
    const tensor = weights.get(name);
    if (!tensor || !sameShape(tensor.shape, type.shape)) {
      throw new StrataError({
        code: 'CHECKPOINT_MISMATCH',
        message: 'The checkpoint was made by another model or with other settings.',
        where: `tensor "${name}"`,
        got: tensor ? formatShape(tensor.shape) : 'nothing',
        expected: formatShape(type.shape),
        fix: 'Use a checkpoint of this very model.',
      });
    }
    await session.upload(name, tensor.data);
  }
}
