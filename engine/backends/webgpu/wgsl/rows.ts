import { size } from '../../../core/shape.ts';
import { add, axis, constant, mul } from '../../../kernel/arithmetic.ts';
import type { Expression } from '../../../kernel/expression.ts';
import type { Axis, Kernel, RowStep, Store, Work } from '../../../kernel/kernel.ts';
import { LANE, Substitution, loadsVectors, unravel } from '../../../kernel/rewrite.ts';
import type { WrittenKernel } from '../../../passes/target.ts';
import { extentsOf } from '../../codegen/accumulation.ts';
import { writeStores } from '../../codegen/domain.ts';
import { registerType } from './bindings.ts';
import { emitterFor, writeModule } from './module.ts';
import { Accumulator, type Reducing, type Team } from './reduce.ts';
import type { WgslEmitter } from './wgsl-emitter.ts';

/** Elements of a row for each invocation, beyond which many kernels over all elements keep a device busier than one over rows. */
const MOST_EACH = 64;
/** The same where each invocation has rows of its own. */
const MOST_ALONE = 1024;

/** Elements of the longest rows that a kernel should work along. */
export const longestRow = ({ team }: Reducing): number => (team ? MOST_EACH * team.size : MOST_ALONE);

/**
 * One invocation, or a team of them, works along a row of the domain: accumulations one after the other, then what is stored. A row is
 * loaded again for each, from the nearest cache.
 */
export function writeRows(
  kernel: Kernel,
  work: Extract<Work, { kind: 'rows' }>,
  reducing: Reducing,
): WrittenKernel {
  return new RowsWriter(kernel, reducing).write(work.steps);
}

class RowsWriter {
  private readonly kernel: Kernel;
  private readonly emitter: WgslEmitter;
  private readonly workgroup: number;
  private readonly team: Team | undefined;
  private readonly rows: readonly Axis[];
  private readonly last: Axis;
  private readonly count: number;
  /** The index of the invocation's row. */
  private readonly row: readonly Expression[];

  constructor(kernel: Kernel, { workgroup, team }: Reducing) {
    this.kernel = kernel;
    this.emitter = emitterFor(kernel);
    this.workgroup = workgroup;
    this.rows = kernel.axes.slice(0, -1);
    this.last = kernel.axes.at(-1)!;
    this.count = size(extentsOf(this.rows));
    this.row = unravel(axis('t', this.count), extentsOf(this.rows));
    this.team = team && this.last.extent >= team.size ? team : undefined;
  }

  write(steps: readonly RowStep[]): WrittenKernel {
    const { emitter, team, workgroup, count } = this;
    if (team) {
      emitter.line('let t = group;');
      emitter.line(`let member = ${team.kind === 'subgroup' ? 'share' : 'local'};`);
    } else {
      emitter.line(`let t = group * ${workgroup} + local;`);
      if (count % workgroup !== 0) emitter.line(`if (t >= ${count}) { return; }`);
    }
    emitter.bindAxis('t', 't');
    steps.forEach((step, at) => this.accumulate(step, `row${at}`));
    this.store();
    const types = [...new Set(steps.map(({ dtype }) => registerType(dtype)))];
    return writeModule(emitter, {
      workgroups: team ? count : Math.ceil(count / workgroup),
      workgroupSize: team ? team.size : workgroup,
      subgroups: team?.kind === 'subgroup',
      shared:
        team?.kind === 'workgroup'
          ? types.map((type) => `var<workgroup> parts_${type}: array<${type}, ${team.size}>;`)
          : [],
    });
  }

  /** One accumulation, whose result every member of the team has in a register of that name. */
  private accumulate({ result, dtype, combine, element }: RowStep, name: string): void {
    const { emitter, team } = this;
    const vectors = this.takesVectors(element);
    emitter.line(`var ${name}: ${registerType(dtype)};`);
    emitter.block('{', () => {
      const accumulator = new Accumulator(emitter, { combine, dtype, element }, vectors ? 4 : 1);
      this.alongRow(vectors, (at) => {
        const value = emitter.splat(emitter.emit(at.apply(element)), vectors ? 4 : 1);
        accumulator.take(emitter.bind(value).code, constant('i32', 0));
      });
      const own = vectors ? accumulator.joined() : accumulator.result();
      const parts = `parts_${registerType(dtype)}`;
      emitter.line(`${name} = ${team ? accumulator.joinedBy(team, own, parts) : own};`);
      // The next accumulation writes where this one's total is read.
      if (team?.kind === 'workgroup') emitter.line('workgroupBarrier();');
    });
    emitter.bindRegister(result, name, dtype, 1);
  }

  private store(): void {
    const { emitter, kernel, count, row, rows } = this;
    const isRow = ({ type }: Store): boolean => size(type.shape) === count;
    const whole = kernel.stores.filter((store) => !isRow(store));
    const vectors = this.last.extent % 4 === 0 && whole.every(({ element }) => this.takesVectors(element));
    if (whole.length > 0)
      this.alongRow(vectors, (at, last) =>
        writeStores(emitter, whole, extentsOf(kernel.axes), [...row, last], at),
      );
    const single = kernel.stores.filter(isRow);
    if (single.length === 0) return;
    const write = (): void =>
      writeStores(emitter, single, extentsOf(rows), row, this.substitution(constant('i32', 0)));
    if (this.team) emitter.block('if (member == 0) {', write);
    else write();
  }

  /** Whether four neighbours of a row are taken at once. */
  private takesVectors(element: Expression): boolean {
    const { extent } = this.last;
    if (extent % 4 !== 0 || (this.team && extent / 4 < this.team.size)) return false;
    const quad = add(mul(axis('q', extent / 4), constant('i32', 4)), LANE);
    return loadsVectors(
      this.substitution(quad).apply(element),
      (source) => this.kernel.sources.get(source)?.shape ?? [1],
    );
  }

  /** A loop of an invocation over its part of the row. */
  private alongRow(vectors: boolean, body: (at: Substitution, last: Expression) => void): void {
    const { emitter, team, last } = this;
    const loop = axis(vectors ? 'q' : last.name, vectors ? last.extent / 4 : last.extent);
    const index = vectors ? add(mul(loop, constant('i32', 4)), LANE) : loop;
    const [first, by] = team ? ['member', team.size] : ['0', 1];
    const { name, extent } = loop;
    emitter.block(`for (var ${name} = ${first}; ${name} < ${extent}; ${name} += ${by}) {`, () => {
      emitter.bindAxis(name, name);
      body(this.substitution(index), index);
    });
  }

  private substitution(last: Expression): Substitution {
    return new Substitution(
      new Map([
        ...this.rows.map(({ name }, at): [string, Expression] => [name, this.row[at]]),
        [this.last.name, last],
      ]),
    );
  }
}
