import type { TypedArray } from '../core/dtype.ts';
import { StrataError } from '../core/errors.ts';
import { decodeTensors, encodeTensors, type NamedTensor, type TensorFile } from '../core/safetensors.ts';
import { formatShape, sameShape } from '../core/shape.ts';
import type { State, StateRole } from '../ir/program.ts';

/**
 * A checkpoint is one safetensors file with every state that training changes (weights, running statistics,
 * optimizer moments, counters). The step counter says everything about the position in the data and in the random
 * numbers, so going on from it gives the very same run.
 */
export interface Checkpoint {
  readonly step: number;
  readonly epoch: number;
  readonly conditions: Conditions;
  readonly values: Readonly<Record<string, TypedArray>>;
}

/** What must be the same for a run to go on, by the words a person knows it under. */
export type Conditions = Readonly<Record<string, string>>;

/** Where a run's checkpoints go; a file is either there whole or not there. */
export interface CheckpointStore {
  /** Puts the file in place durably. `step` names it. */
  write(step: number, file: Uint8Array): Promise<{ readonly path: string; readonly sha256: string }>;
  /** Throws `CHECKPOINT_MISSING`. */
  read(path: string): Promise<Uint8Array>;
}

const FORMAT = 'strata-checkpoint-1';
const SAVED: ReadonlySet<StateRole> = new Set<StateRole>(['parameter', 'statistic', 'optimizer', 'counter']);

/** The states that a checkpoint holds. */
export function savedStates(states: readonly State[]): readonly State[] {
  return states.filter((state) => SAVED.has(state.role));
}

const isWeight = ({ role }: State): boolean => role === 'parameter' || role === 'statistic';

/** The file of a checkpoint, with a SHA-256 of the tensors in its metadata. */
export async function encodeCheckpoint(
  checkpoint: Checkpoint,
  states: readonly State[],
): Promise<Uint8Array<ArrayBuffer>> {
  const tensors = savedStates(states).map(({ name, type }): NamedTensor => ({
    name,
    ...type,
    data: checkpoint.values[name],
  }));
  const metadata = {
    format: FORMAT,
    step: String(checkpoint.step),
    epoch: String(checkpoint.epoch),
    conditions: JSON.stringify(checkpoint.conditions),
    weights: JSON.stringify(states.filter(isWeight).map(({ name }) => name)),
    sha256: await hashOf(tensors),
  };
  return encodeTensors({ metadata, tensors });
}

/** A checkpoint of any model. */
export interface CheckpointFile extends Omit<Checkpoint, 'values'> {
  readonly tensors: ReadonlyMap<string, NamedTensor>;
  /** Names of the parameters and statistics among the tensors. */
  readonly weights: readonly string[];
}

/** Reads a checkpoint of any model. Throws `CHECKPOINT_CORRUPT` where the file is damaged. */
export async function readCheckpoint(file: Uint8Array): Promise<CheckpointFile> {
  const { metadata, tensors } = decode(file);
  if (metadata.format !== FORMAT) throw corrupt(`format ${metadata.format ?? 'unknown'}`);
  if ((await hashOf(tensors)) !== metadata.sha256) throw corrupt('the values do not match their SHA-256');
  return {
    step: Number(metadata.step),
    epoch: Number(metadata.epoch),
    conditions: JSON.parse(metadata.conditions) as Conditions,
    tensors: new Map(tensors.map((tensor) => [tensor.name, tensor])),
    weights: JSON.parse(metadata.weights ?? '[]') as string[],
  };
}

/**
 * Reads a checkpoint of a run with these states and conditions. Throws `CHECKPOINT_CORRUPT` where the file is
 * damaged, `CHECKPOINT_MISMATCH` where it belongs to another model, data set or training setting.
 */
export async function decodeCheckpoint(
  file: Uint8Array,
  states: readonly State[],
  conditions: Conditions,
): Promise<Checkpoint> {
  const { step, epoch, conditions: theirs, tensors } = await readCheckpoint(file);
  for (const what of new Set([...Object.keys(conditions), ...Object.keys(theirs)])) {
    if (theirs[what] !== conditions[what]) {
      throw mismatch(what, theirs[what] ?? 'the default', conditions[what] ?? 'the default');
    }
  }
  requireSameTensors(tensors, savedStates(states));
  const values = [...tensors].map(([name, { data }]) => [name, data] as const);
  return { step, epoch, conditions: theirs, values: Object.fromEntries(values) };
}

function decode(file: Uint8Array): TensorFile {
  try {
    return decodeTensors(file);
  } catch (error) {
    throw error instanceof StrataError ? corrupt(error.problem.got ?? error.message, error) : error;
  }
}

function requireSameTensors(tensors: ReadonlyMap<string, NamedTensor>, states: readonly State[]): void {
  const found = new Map(tensors);
  for (const { name, type } of states) {
    const tensor = found.get(name);
    if (!tensor) throw mismatch(`tensor "${name}"`, 'nothing', formatShape(type.shape));
    if (tensor.dtype !== type.dtype || !sameShape(tensor.shape, type.shape)) {
      throw mismatch(`tensor "${name}"`, formatShape(tensor.shape), formatShape(type.shape));
    }
    found.delete(name);
  }
  for (const name of found.keys()) throw mismatch(`tensor "${name}"`, 'a tensor', 'nothing by that name');
}

/** SHA-256 over names, shapes and values. */
async function hashOf(tensors: readonly NamedTensor[]): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', encodeTensors({ metadata: {}, tensors }));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function corrupt(got: string, cause?: Error): StrataError {
  return new StrataError(
    {
      code: 'CHECKPOINT_CORRUPT',
      message: 'The checkpoint is damaged, so the run cannot go on from it.',
      got,
      expected: 'a complete Strata checkpoint',
      fix: 'Go on from an earlier checkpoint, or start the run again.',
    },
    { cause },
  );
}

function mismatch(where: string, got: string, expected: string): StrataError {
  return new StrataError({
    code: 'CHECKPOINT_MISMATCH',
    message: 'The checkpoint was made by another model or with other settings.',
    where,
    got,
    expected,
    fix: 'Start a new run, or undo the changes that were made since the checkpoint.',
  });
}
