import { size } from '../../../core/shape.ts';
import type { DType } from '../../../core/dtype.ts';
import { add, axis, constant, mul } from '../../../kernel/arithmetic.ts';
import type { Expression } from '../../../kernel/expression.ts';
import type { Kernel } from '../../../kernel/kernel.ts';
import { LANE, Substitution, dependsOnLane, loadsVectors, ravel } from '../../../kernel/rewrite.ts';
import { UNROLLED, everyIndex, extentsOf, neutral, type Reduce } from '../../codegen/accumulation.ts';
import type { Width } from '../../codegen/emitter.ts';
import { registerType } from './bindings.ts';
import { spread, writeStores } from '../../codegen/domain.ts';
import type { WgslEmitter } from './wgsl-emitter.ts';
import { literal } from './intrinsics.ts';
import type { WrittenKernel } from '../../../passes/target.ts';
import { emitterFor, writeModule } from './module.ts';

/**
 * Invocations of a reduction are few and long, so workgroups are small: more of them run side by side.
 * One invocation accumulates one element of the domain; where loads allow, four neighbours of the domain at
 * once, or four neighbours of the reduced elements that are joined at the end.
 */
const WORKGROUP = 16;

export function writeReduce(kernel: Kernel, work: Reduce): WrittenKernel {
  const shape = kernel.axes.map(({ extent }) => extent);
  const shapeOf = (source: number): readonly number[] => kernel.sources.get(source)?.shape ?? [];
  const quads = spread(kernel.axes, size(shape) % 4 === 0).substitution;
  const vectors =
    size(shape) % 4 === 0 &&
    !work.range?.some((bound) => dependsOnLane(quads.apply(bound))) &&
    loadsVectors(quads.apply(work.element), shapeOf);
  const { invocations, index, substitution } = spread(kernel.axes, vectors);
  const emitter = emitterFor(kernel);
  emitter.line(`let t = group * ${WORKGROUP} + local;`);
  if (invocations % WORKGROUP !== 0) emitter.line(`if (t >= ${invocations}) { return; }`);
  emitter.bindAxis('t', 't');
  const element = substitution.apply(work.element);
  const [from, to] = (work.range ?? []).map((bound) => substitution.apply(bound));
  const here = { ...work, element, ...(to && { range: [from, to] as const }) };
  const result = accumulate(emitter, here, vectors, shapeOf);
  emitter.bindRegister(work.result, result, work.dtype, vectors ? 4 : 1);
  writeStores(emitter, kernel.stores, shape, index, substitution);
  return writeModule(emitter, { workgroups: Math.ceil(invocations / WORKGROUP), workgroupSize: WORKGROUP });
}

/** Writes the loops; returns the register that holds the result. */
function accumulate(
  emitter: WgslEmitter,
  work: Reduce,
  vectors: boolean,
  shapeOf: (source: number) => readonly number[],
): string {
  const last = work.reduced.at(-1);
  const quads = axis('q', Math.max(1, (last?.extent ?? 0) / 4));
  const inLanes = new Substitution(
    new Map(last ? [[last.name, add(mul(quads, constant('i32', 4)), LANE)]] : []),
  );
  const laned = inLanes.apply(work.element);
  const byLane =
    !vectors &&
    last !== undefined &&
    last.extent % 4 === 0 &&
    !work.range &&
    work.combine !== 'argmax' &&
    loadsVectors(laned, shapeOf);
  const lanes: Width = vectors || byLane ? 4 : 1;
  const accumulator = new Accumulator(emitter, work, lanes);
  const loops = byLane ? [...work.reduced.slice(0, -1), quads] : work.reduced;
  const element = byLane ? laned : work.element;
  const take = (at: Substitution): void => {
    const position = ravel(work.reduced, extentsOf(work.reduced));
    const value = emitter.splat(emitter.emit(at.apply(element)), lanes);
    accumulator.take(emitter.bind(value).code, at.apply(position));
  };
  if (work.range) {
    const [from, to] = work.range.map((bound) => emitter.bind(emitter.emit(bound)).code);
    const [{ name }] = loops;
    emitter.block(`for (var ${name} = ${from}; ${name} < ${to}; ${name}++) {`, () => {
      emitter.bindAxis(name, name);
      take(new Substitution(new Map()));
    });
  } else if (size(extentsOf(loops)) > UNROLLED)
    writeLoops(emitter, loops, () => take(new Substitution(new Map())));
  else for (const at of everyIndex(loops)) take(at);
  return byLane ? accumulator.joined() : accumulator.result();
}

/** Nested loops; an axis of extent 1 needs none. */
export function writeLoops(
  emitter: WgslEmitter,
  loops: readonly { readonly name: string; readonly extent: number }[],
  body: () => void,
): void {
  const [loop, ...inner] = loops;
  if (!loop) return body();
  if (loop.extent === 1) {
    emitter.bindAxis(loop.name, '0');
    return writeLoops(emitter, inner, body);
  }
  const { name, extent } = loop;
  emitter.block(`for (var ${name} = 0; ${name} < ${extent}; ${name}++) {`, () => {
    emitter.bindAxis(name, name);
    writeLoops(emitter, inner, body);
  });
}

/** The running result of a reduction. */
class Accumulator {
  private readonly emitter: WgslEmitter;
  private readonly work: Reduce;
  private readonly lanes: Width;

  constructor(emitter: WgslEmitter, work: Reduce, lanes: Width) {
    this.emitter = emitter;
    this.work = work;
    this.lanes = lanes;
    const element: DType = work.combine === 'argmax' ? work.element.dtype : work.dtype;
    emitter.line(
      `var best = ${registerType(element, lanes)}(${literal(element, neutral(work.combine, element))});`,
    );
    if (work.combine === 'argmax') emitter.line(`var at = ${registerType('i32', lanes)}(0);`);
  }

  /** Takes in one more element, or a vector of them. The first of equal maxima wins. */
  take(code: string, index: Expression): void {
    const { emitter, work, lanes } = this;
    if (work.combine === 'sum') return emitter.line(`best += ${code};`);
    if (work.combine !== 'argmax') return emitter.line(`best = ${work.combine}(best, ${code});`);
    const position = emitter.splat(emitter.emit(index), lanes).code;
    emitter.line(`at = select(at, ${position}, ${code} > best);`);
    emitter.line(`best = max(best, ${code});`);
  }

  result(): string {
    if (this.work.combine !== 'argmax') return 'best';
    return this.work.dtype === 'i32' ? 'at' : `${registerType(this.work.dtype, this.lanes)}(at)`;
  }

  /** One number from the four that were accumulated side by side. */
  joined(): string {
    const [a, b, c, d] = ['best.x', 'best.y', 'best.z', 'best.w'];
    const { combine } = this.work;
    return combine === 'sum'
      ? `((${a} + ${b}) + (${c} + ${d}))`
      : `${combine}(${combine}(${a}, ${b}), ${combine}(${c}, ${d}))`;
  }
}
