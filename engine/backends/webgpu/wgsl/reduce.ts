import { size } from '../../../core/shape.ts';
import type { DType } from '../../../core/dtype.ts';
import { add, axis, constant, mul } from '../../../kernel/arithmetic.ts';
import type { Expression } from '../../../kernel/expression.ts';
import type { Kernel } from '../../../kernel/kernel.ts';
import { LANE, Substitution, dependsOnLane, loadsVectors, ravel, unravel } from '../../../kernel/rewrite.ts';
import { UNROLLED, everyIndex, extentsOf, neutral, type Reduce } from '../../codegen/accumulation.ts';
import type { Width } from '../../codegen/emitter.ts';
import { registerType } from './bindings.ts';
import { spread, writeStores } from '../../codegen/domain.ts';
import type { WgslEmitter } from './wgsl-emitter.ts';
import { literal } from './intrinsics.ts';
import type { WrittenKernel } from '../../../passes/target.ts';
import { emitterFor, writeModule } from './module.ts';

/** How a device reduces. */
export interface Reducing {
  /** Invocations of a workgroup where each accumulates by itself. */
  readonly workgroup: number;
  /** Invocations that accumulate one element together, where the device is better at that. */
  readonly team?: Team;
}

/**
 * A subgroup whose size is always the same, or a workgroup. A team of the one kind exchanges registers, one of the other goes
 * through workgroup memory; both in an order of their own making, so that sums have the same bits at every run.
 */
export interface Team {
  readonly kind: 'subgroup' | 'workgroup';
  readonly size: number;
}

/** The members of a team have at least so many elements each; shorter accumulations are done by one invocation. */
const LEAST_EACH = 2;

/** How a kernel accumulates: as vectors of four neighbours of the domain, or one element at a time, by a team or not. */
interface Way {
  readonly vectors: boolean;
  readonly team?: Team;
}

function wayOf({ axes, sources }: Kernel, work: Reduce, { team }: Reducing): Way {
  const whole = size(extentsOf(axes)) % 4 === 0;
  const quads = spread(axes, whole).substitution;
  const vectors =
    whole &&
    !work.range?.some((bound) => dependsOnLane(quads.apply(bound))) &&
    loadsVectors(quads.apply(work.element), (source) => sources.get(source)?.shape ?? []);
  const alone = vectors || work.range !== undefined || work.combine === 'argmax';
  const long = team && size(extentsOf(work.reduced)) >= LEAST_EACH * team.size;
  return { vectors, ...(!alone && long && { team }) };
}

/** Invocations that are busy with each element of a reduction. */
export function teamSize(kernel: Kernel, work: Reduce, reducing: Reducing): number {
  return wayOf(kernel, work, reducing).team?.size ?? 1;
}

/**
 * One invocation, or a team of them, accumulates one element of the domain; where loads allow, an invocation takes four
 * neighbours of the domain at once, or four neighbours of the reduced elements that are joined at the end.
 */
export function writeReduce(kernel: Kernel, work: Reduce, reducing: Reducing): WrittenKernel {
  const shape = extentsOf(kernel.axes);
  const { vectors, team } = wayOf(kernel, work, reducing);
  const { invocations, index, substitution } = spread(kernel.axes, vectors);
  const emitter = emitterFor(kernel);
  const { workgroup } = reducing;
  if (team) {
    emitter.line('let t = group;');
    emitter.line(`let member = ${team.kind === 'subgroup' ? 'share' : 'local'};`);
  } else {
    emitter.line(`let t = group * ${workgroup} + local;`);
    if (invocations % workgroup !== 0) emitter.line(`if (t >= ${invocations}) { return; }`);
  }
  emitter.bindAxis('t', 't');
  const element = substitution.apply(work.element);
  const [from, to] = (work.range ?? []).map((bound) => substitution.apply(bound));
  const here = { ...work, element, ...(to && { range: [from, to] as const }) };
  const result = accumulate(
    emitter,
    here,
    { vectors, team },
    (source) => kernel.sources.get(source)?.shape ?? [],
  );
  emitter.bindRegister(work.result, result, work.dtype, vectors ? 4 : 1);
  const store = (): void => writeStores(emitter, kernel.stores, shape, index, substitution);
  if (!team) {
    store();
    return writeModule(emitter, { workgroups: Math.ceil(invocations / workgroup), workgroupSize: workgroup });
  }
  emitter.block('if (member == 0) {', store);
  return writeModule(emitter, {
    workgroups: invocations,
    workgroupSize: team.size,
    subgroups: team.kind === 'subgroup',
    shared:
      team.kind === 'workgroup'
        ? [`var<workgroup> parts: array<${registerType(work.dtype)}, ${team.size}>;`]
        : [],
  });
}

/** Writes the loops; returns the register that holds the result. */
function accumulate(
  emitter: WgslEmitter,
  work: Reduce,
  { vectors, team }: Way,
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
    const [{ name, extent }] = loops;
    const [first, end] = [`max(${from}, 0)`, `min(${to}, ${extent})`];
    emitter.block(`for (var ${name} = ${first}; ${name} < ${end}; ${name}++) {`, () => {
      emitter.bindAxis(name, name);
      take(new Substitution(new Map()));
    });
  } else if (team) {
    const at = axis('at', size(extentsOf(loops)));
    const index = unravel(at, extentsOf(loops));
    emitter.block(`for (var at = member; at < ${at.extent}; at += ${team.size}) {`, () => {
      emitter.bindAxis(at.name, at.name);
      take(new Substitution(new Map(loops.map(({ name }, which) => [name, index[which]]))));
    });
  } else if (size(extentsOf(loops)) > UNROLLED)
    writeLoops(emitter, loops, () => take(new Substitution(new Map())));
  else for (const at of everyIndex(loops)) take(at);
  const result = byLane ? accumulator.joined() : accumulator.result();
  return team ? accumulator.joinedBy(team, result) : result;
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
export class Accumulator {
  private readonly emitter: WgslEmitter;
  private readonly work: Pick<Reduce, 'combine' | 'dtype' | 'element'>;
  private readonly lanes: Width;

  constructor(emitter: WgslEmitter, work: Pick<Reduce, 'combine' | 'dtype' | 'element'>, lanes: Width) {
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

  /** One number from those of a team's members; every member has it. `parts`: workgroup memory with a place for each. */
  joinedBy({ kind, size: members }: Team, own: string, parts = 'parts'): string {
    const { emitter } = this;
    emitter.line(`var total = ${own};`);
    const join = (a: string, b: string): string =>
      this.work.combine === 'sum' ? `${a} + ${b}` : `${this.work.combine}(${a}, ${b})`;
    if (kind === 'workgroup') emitter.line(`${parts}[local] = total;`);
    for (let apart = members / 2; apart >= 1; apart /= 2) {
      if (kind === 'subgroup')
        emitter.line(`total = ${join('total', `subgroupShuffleXor(total, ${apart}u)`)};`);
      else {
        emitter.line('workgroupBarrier();');
        emitter.line(
          `if (local < ${apart}) { ${parts}[local] = ${join(`${parts}[local]`, `${parts}[local + ${apart}]`)}; }`,
        );
      }
    }
    if (kind === 'subgroup') return 'total';
    emitter.line('workgroupBarrier();');
    emitter.line(`total = ${parts}[0];`);
    return 'total';
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
