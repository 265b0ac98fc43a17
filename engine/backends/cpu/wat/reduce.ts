import type { DType } from '../../../core/dtype.ts';
import { size } from '../../../core/shape.ts';
import { axis } from '../../../kernel/arithmetic.ts';
import type { Expression } from '../../../kernel/expression.ts';
import { operationsOf } from '../../../kernel/inspect.ts';
import type { Kernel } from '../../../kernel/kernel.ts';
import { Substitution, dependsOnLane, loadsVectors, ravel } from '../../../kernel/rewrite.ts';
import type { WrittenKernel } from '../../../passes/target.ts';
import { UNROLLED, everyIndex, extentsOf, neutral, type Reduce } from '../../codegen/accumulation.ts';
import { writeStores } from '../../codegen/domain.ts';
import type { Value, Width } from '../../codegen/emitter.ts';
import { workOf, writeDomain } from './kernel-function.ts';
import { placesOf, quadOf, rowsOf, segmentsOf, substitutionOf, whole } from './rows.ts';
import { WatEmitter, get, set } from './wat-emitter.ts';

/** Quads that are accumulated side by side: an addition takes as long as four can be started in. */
const SIDE_BY_SIDE = 4;

/**
 * Reductions accumulate four neighbours of the domain at once where these are neighbours in memory, else four neighbours
 * of the reduced elements, joined at the end.
 */
export function writeReduce(kernel: Kernel, work: Reduce): WrittenKernel {
  const { axes, stores, sources } = kernel;
  const shape = extentsOf(axes);
  const emitter = WatEmitter.for(kernel);
  const { range = [] } = work;
  const rows = rowsOf(axes, [work.element, ...range, ...stores.map(({ element }) => element)], sources);
  const sample = substitutionOf(axes, rows.index(axis('row', rows.count), quadOf(axis('quad', rows.length))));
  const vectors =
    rows.length >= 4 &&
    !range.some((bound) => dependsOnLane(sample.apply(bound))) &&
    loadsVectors(sample.apply(work.element), (source) => sources.get(source)?.shape ?? [], 1);
  const length = size(extentsOf(work.reduced));
  const operations = workOf(kernel) + length * (1 + operationsOf(work.element) / 4);
  return writeDomain(emitter, rows, vectors ? [SIDE_BY_SIDE, 1] : [], operations, (indices, lanes) => {
    const substitutions = indices.map((index) => substitutionOf(axes, index));
    const elements = substitutions.map((at) => at.apply(work.element));
    const results =
      lanes === 1 && loadsLanes(work, elements[0], sources)
        ? [alongReduced(emitter, work, elements[0])]
        : sideBySide(
            emitter,
            work,
            elements,
            lanes,
            range.map((bound) => substitutions[0].apply(bound)),
          );
    results.forEach((result, which) => {
      emitter.bindRegister(work.result, result, work.dtype, lanes);
      writeStores(emitter, stores, shape, indices[which], substitutions[which]);
    });
  });
}

/** One accumulator per element of the domain, or per quad of them. */
function sideBySide(
  emitter: WatEmitter,
  work: Reduce,
  elements: readonly Expression[],
  lanes: Width,
  range: readonly Expression[],
): string[] {
  const accumulators = elements.map(() => new Accumulator(emitter, work, lanes));
  const take = (at: Substitution): void => {
    const position = at.apply(ravel(work.reduced, extentsOf(work.reduced)));
    elements.forEach((element, which) => accumulators[which].take(at.apply(element), position));
  };
  const [from, to] = range.map((bound) => emitter.bind(emitter.emit(bound)).code);
  if (to) emitter.range(work.reduced[0].name, from, to, () => take(new Substitution(new Map())));
  else if (size(extentsOf(work.reduced)) <= UNROLLED) everyIndex(work.reduced).forEach(take);
  else emitter.loops(work.reduced, () => take(new Substitution(new Map())));
  return accumulators.map((accumulator) => accumulator.result());
}

function loadsLanes(work: Reduce, element: Expression, sources: Kernel['sources']): boolean {
  const last = work.reduced.at(-1);
  if (!last || last.extent < 4 || work.combine === 'argmax' || work.range) return false;
  const laned = new Substitution(new Map([[last.name, quadOf(axis('quad', last.extent))]])).apply(element);
  return loadsVectors(laned, (source) => sources.get(source)?.shape ?? [], 1);
}

/** Four neighbours of the innermost reduced axis at once, several times side by side. */
function alongReduced(emitter: WatEmitter, work: Reduce, element: Expression): string {
  const last = work.reduced[work.reduced.length - 1];
  const segments = segmentsOf(last.extent, [SIDE_BY_SIDE, 1]);
  const vectors = Array.from({ length: segments[0].quads }, () => new Accumulator(emitter, work, 4));
  const single = segments.some(({ quads }) => quads === 0) ? new Accumulator(emitter, work, 1) : undefined;
  emitter.loops(work.reduced.slice(0, -1), () => {
    for (const segment of segments) {
      const step = axis('part', segment.count);
      emitter.loop(step, () =>
        placesOf(segment, step).forEach((place, at) => {
          const taken = new Substitution(new Map([[last.name, place]])).apply(element);
          (segment.quads === 0 ? single : vectors[at])?.take(taken, whole(0));
        }),
      );
    }
  });
  const [first, ...others] = vectors;
  for (const other of others) first.join(other);
  return first.acrossLanes(single);
}

/** The running result of a reduction. */
class Accumulator {
  private readonly emitter: WatEmitter;
  private readonly work: Reduce;
  private readonly lanes: Width;
  private readonly best: Value;
  private readonly at: Value;

  constructor(emitter: WatEmitter, work: Reduce, lanes: Width) {
    this.emitter = emitter;
    this.work = work;
    this.lanes = lanes;
    const element: DType = work.combine === 'argmax' ? work.element.dtype : work.dtype;
    this.best = this.variable(element, neutral(work.combine, element));
    this.at = this.variable('i32', 0);
  }

  /** Takes in one more element, or a vector of them. The first of equal maxima wins. */
  take(element: Expression, index: Expression): void {
    const { emitter, work, lanes, best, at } = this;
    const value = emitter.splat(emitter.emit(element), lanes);
    if (work.combine !== 'argmax') return this.combine(value);
    const position = emitter.splat(emitter.emit(index), lanes);
    const beyond = emitter.here({
      ...value,
      dtype: 'bool',
      code: emitter.called('less', [best, value], 'bool', lanes),
    });
    this.assign(at, emitter.called('select', [beyond, position, at], 'i32', lanes));
    this.assign(best, emitter.called('max', [best, value], best.dtype, lanes));
  }

  join({ best }: Accumulator): void {
    this.combine(best);
  }

  result(): string {
    const { work, at, best, lanes } = this;
    if (work.combine !== 'argmax') return best.code;
    return this.emitter.bind({
      ...at,
      code: this.emitter.converted({ ...at, lanes }, work.dtype),
      dtype: work.dtype,
    }).code;
  }

  /** One number from the four that were accumulated side by side, and what went one by one. */
  acrossLanes(single: Accumulator | undefined): string {
    const { emitter, best } = this;
    const prefix = best.dtype === 'f32' ? 'f32x4' : 'i32x4';
    const lane = (at: number): Value => ({
      ...best,
      lanes: 1,
      code: `(${prefix}.extract_lane ${at} ${best.code})`,
    });
    const both = (a: Value, b: Value): Value => ({
      ...a,
      code: this.combined(emitter.bind(a), emitter.bind(b), 1),
    });
    const joined = both(both(lane(0), lane(1)), both(lane(2), lane(3)));
    return emitter.bind(single ? both(joined, single.best) : joined).code;
  }

  private combine(value: Value): void {
    this.assign(this.best, this.combined(this.best, value, this.lanes));
  }

  private combined(a: Value, b: Value, lanes: Width): string {
    const { combine } = this.work;
    return this.emitter.called(combine === 'sum' ? 'add' : combine, [a, b], a.dtype, lanes);
  }

  private variable(dtype: DType, start: number): Value {
    const { emitter, lanes } = this;
    const name = emitter.local(emitter.fresh(), lanes === 4 ? 'v128' : dtype === 'f32' ? 'f32' : 'i32');
    const first = emitter.splat({ code: emitter.literal(dtype, start), dtype, lanes: 1, level: 0 }, lanes);
    emitter.line(set(name, first.code));
    return { code: get(name), dtype, lanes, level: emitter.scope.level };
  }

  private assign({ code }: Value, value: string): void {
    this.emitter.line(`${code.replace('local.get', 'local.set').slice(0, -1)} ${value})`);
  }
}
