import type { TypedArray } from '../core/dtype.ts';
import { StrataError } from '../core/errors.ts';
import type { InitialWeights } from '../core/run.ts';
import type { NamedTensor } from '../core/safetensors.ts';
import { formatShape, sameShape } from '../core/shape.ts';
import type { State } from '../ir/program.ts';
import type { CheckpointFile } from './checkpoints.ts';
import { averageState, BEST_STEP, bestState } from './states.ts';

/** Weights that one model hands on to another, by name: what was learned on one task is the beginning of the next. */

/**
 * The weights of a checkpoint as its run is measured by them: those that were best in validation, their running mean, or the
 * latest, whichever the run keeps.
 */
export function measuredWeights({ tensors, weights }: CheckpointFile): ReadonlyMap<string, NamedTensor> {
  const hasBest = (tensors.get(BEST_STEP.name)?.data[0] ?? 0) > 0;
  return new Map(
    weights.map((name) => {
      const latest = tensors.get(name)!;
      const weight = { name, type: latest };
      const best = hasBest ? tensors.get(bestState(weight).name) : undefined;
      return [name, best ?? tensors.get(averageState(weight).name) ?? latest];
    }),
  );
}

export interface Transfer extends Pick<InitialWeights, 'taken' | 'left'> {
  readonly values: Readonly<Record<string, TypedArray>>;
}

/**
 * What of `source` has the name and the shape of one of these weights. Throws `INITIAL_NOTHING` where no parameter has:
 * statistics alone, such as the normalisation of the inputs, are nothing that was learned.
 */
export function takeWeights(
  weights: readonly State[],
  source: ReadonlyMap<string, NamedTensor>,
  run: string,
): Transfer {
  const misfit = ({ name, type }: State): string | null => {
    const theirs = source.get(name);
    if (!theirs) return 'there is nothing by that name';
    if (sameShape(theirs.shape, type.shape)) return null;
    return `it is ${formatShape(theirs.shape)} there and ${formatShape(type.shape)} here`;
  };
  const looked = weights.map((weight) => ({ name: weight.name, reason: misfit(weight) }));
  const taken = looked.filter(({ reason }) => reason === null).map(({ name }) => name);
  const fits = ({ name, role }: State): boolean => role === 'parameter' && taken.includes(name);
  if (!weights.some(fits)) throw nothing(run, [...source.keys()], weights);
  return {
    values: Object.fromEntries(taken.map((name) => [name, source.get(name)!.data])),
    taken,
    left: looked.flatMap(({ name, reason }) => (reason === null ? [] : [{ name, reason }])),
  };
}

/** As many names as a person reads. */
const LISTED = 12;

function list(names: readonly string[]): string {
  const more = names.length - LISTED;
  return `${names.slice(0, LISTED).join(', ')}${more > 0 ? ` and ${more} more` : ''}` || 'no weights';
}

function nothing(run: string, there: readonly string[], here: readonly State[]): StrataError {
  return new StrataError({
    code: 'INITIAL_NOTHING',
    message: 'None of the weights of that run fits this model, so there is nothing to begin with.',
    where: `run ${run}`,
    got: list(there),
    expected: list(here.map(({ name, type }) => `${name} ${formatShape(type.shape)}`)),
    fix: 'Give the layers that should begin with those weights the same ids and sizes, or choose another run.',
  });
}
