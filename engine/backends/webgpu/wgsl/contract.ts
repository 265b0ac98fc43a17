import { size } from '../../../core/shape.ts';
import { flatIndex } from '../../../kernel/affine.ts';
import { axis } from '../../../kernel/arithmetic.ts';
import type { Expression } from '../../../kernel/expression.ts';
import type { Axis, Kernel, Work } from '../../../kernel/kernel.ts';
import { LANE, Substitution, loadsVectors, unravel } from '../../../kernel/rewrite.ts';
import type { WgslEmitter } from './wgsl-emitter.ts';
import type { WrittenKernel } from '../../../passes/target.ts';
import { emitterFor, writeModule } from './module.ts';
import { writeLoops } from './reduce.ts';
import { Steps, Tiling, number } from './tile.ts';
import type { TileShape } from './tuning.ts';

type Contract = Extract<Work, { kind: 'contract' }>;

const PARTS = [0, 1, 2, 3] as const;
const COMPONENTS = ['x', 'y', 'z', 'w'] as const;

/** Axis that numbers the four invocations of a subgroup. */
const SHARE = axis('share', 4);

/** Rows of a quad, in the epilogue. */
const PART = axis('part', 4);

/**
 * Matrix products and convolutions. Every invocation keeps a tile of the result in registers and needs no
 * workgroup memory, whose barriers are dear on software adapters. Where subgroups always have four
 * invocations, these share a tile of columns: each loads a quarter of what all four need.
 */
export function writeContract(kernel: Kernel, work: Contract, tile: TileShape): WrittenKernel {
  return new ContractWriter(kernel, work, tile).write();
}

class ContractWriter {
  private readonly kernel: Kernel;
  private readonly work: Contract;
  private readonly tile: TileShape;
  private readonly emitter: WgslEmitter;
  private readonly rows: Tiling;
  private readonly columns: Tiling;
  private readonly batch: readonly Axis[];
  private readonly steps: Steps;
  /** Loops of the epilogue over an invocation's tile: quads of rows and quads of columns. */
  private readonly row: Axis;
  private readonly column: Axis;

  constructor(kernel: Kernel, work: Contract, tile: TileShape) {
    this.kernel = kernel;
    this.work = work;
    this.tile = tile;
    this.emitter = emitterFor(kernel);
    this.rows = new Tiling(this.axesOf('row'), tile.rowQuads, 'tileRow');
    this.columns = new Tiling(this.axesOf('column'), tile.columnQuads, 'tileColumn');
    this.batch = this.axesOf('batch');
    this.steps = new Steps(work.contracted);
    this.row = axis('row', tile.rowQuads);
    this.column = axis('column', tile.columnQuads);
  }

  write(): WrittenKernel {
    const { emitter, rows, columns, tile } = this;
    const groupsDown = Math.ceil(rows.tiles / tile.workgroup);
    const batches = size(this.batch.map(({ extent }) => extent));
    const padded = rows.tiles % tile.workgroup !== 0;
    const row = `group % ${groupsDown} * ${tile.workgroup} + local`;
    emitter.line(`let ${rows.name} = ${padded ? `min(${row}, ${rows.tiles - 1})` : row};`);
    emitter.line(`let ${columns.name} = group / ${groupsDown} % ${columns.tiles};`);
    emitter.line(`let batch = group / ${groupsDown * columns.tiles};`);
    for (const name of [rows.name, columns.name, 'batch']) emitter.bindAxis(name, name);
    if (tile.shared) emitter.bindAxis(SHARE.name, SHARE.name);
    const sums = this.accumulators();
    for (const sum of sums) emitter.line(`var ${sum} = vec4<f32>();`);
    writeLoops(emitter, this.steps.loops, () => this.multiply());
    emitter.line(`var sums = array<vec4<f32>, ${sums.length}>(${sums.join(', ')});`);
    // Invocations beyond the last tile worked along for their subgroup; they must not store.
    this.guarded(padded ? `${row} < ${rows.tiles}` : undefined, () => this.finish());
    return writeModule(emitter, {
      workgroups: groupsDown * columns.tiles * batches,
      workgroupSize: tile.workgroup,
      subgroups: tile.shared,
    });
  }

  private axesOf(role: 'batch' | 'row' | 'column'): Axis[] {
    return this.kernel.axes.filter((_, at) => this.work.roles[at] === role);
  }

  private accumulators(): string[] {
    const rows = Array.from({ length: 4 * this.tile.rowQuads }, (_, row) => row);
    return rows.flatMap((row) => this.right.map((column) => `sum${row}_${column}`));
  }

  private get right(): number[] {
    return Array.from({ length: this.tile.columnQuads }, (_, column) => column);
  }

  /**
   * Products of the loop's body: a column of `left` times a row of `right`, for each step. The steps are added up
   * before the accumulator, which drivers that keep it in memory then touch only once.
   */
  private multiply(): void {
    const right = this.right.map((column) => this.loadRight(column));
    for (let row = 0; row < this.tile.rowQuads; row++) {
      const left = this.loadLeft(row);
      for (const part of PARTS) {
        right.forEach((vectors, column) => {
          const products = vectors.map((vector, step) => `${left[part][step]} * ${vector}`);
          this.emitter.line(`sum${4 * row + part}_${column} += ${products.join(' + ')};`);
        });
      }
    }
  }

  /** Numbers of four rows: `[part][step]`. */
  private loadLeft(row: number): string[][] {
    const element = (part: Expression, step: Expression): Expression =>
      this.substitute(this.work.left, { rows: this.rows.at(number(row), part) }, step);
    if (this.steps.width === 4 && this.isVector(element(number(0), LANE))) {
      return PARTS.map((part) => this.components(element(number(part), LANE)));
    }
    const steps = PARTS.slice(0, this.steps.width);
    const columns = this.isVector(element(LANE, number(0)))
      ? steps.map((step) => this.components(element(LANE, number(step))))
      : steps.map((step) => PARTS.map((part) => this.value(element(number(part), number(step)))));
    return PARTS.map((part) => columns.map((column) => column[part]));
  }

  /** Vectors of four columns, one per unrolled step. */
  private loadRight(column: number): string[] {
    const element = (part: Expression, step: Expression): Expression =>
      this.substitute(this.work.right, { columns: this.columns.at(number(column), part) }, step);
    const steps = PARTS.slice(0, this.steps.width);
    const wide = this.steps.width === 4;
    if (wide && !this.isVector(element(LANE, number(0))) && this.isVector(element(number(0), LANE))) {
      const parts = this.shared((part) => this.vector(element(part, LANE)), PARTS);
      return COMPONENTS.map(
        (component) => `vec4<f32>(${parts.map((part) => `${part}.${component}`).join(', ')})`,
      );
    }
    if (wide) return this.shared((step) => this.vector(element(LANE, step)), steps);
    return steps.map((step) => this.vector(element(LANE, number(step))));
  }

  /** Four values: each of the subgroup's invocations loads one and gives it to the others, where they share. */
  private shared(load: (which: Expression) => string, all: readonly number[]): string[] {
    if (!this.tile.shared) return all.map((which) => load(number(which)));
    const own = load(SHARE);
    return all.map((which) => {
      const name = this.emitter.fresh();
      this.emitter.line(`let ${name} = subgroupBroadcast(${own}, ${which}u);`);
      return name;
    });
  }

  /** Epilogue and stores, vector by vector; one by one where the tile may reach over the columns' edge. */
  private finish(): void {
    const { emitter, tile } = this;
    const at = tile.columnQuads === 1 ? 'row * 4 + part' : `(row * 4 + part) * ${tile.columnQuads} + column`;
    writeLoops(emitter, [this.row, PART, this.column], () =>
      this.ifInside(this.rows.inside(this.row, PART), () => {
        emitter.line(`let sum = sums[${tile.rowQuads === 1 ? at.replace('row * 4 + ', '') : at}];`);
        if (!this.columns.ragged) return this.store(LANE, 'sum', 4);
        for (const [which, component] of COMPONENTS.entries()) {
          this.ifInside(this.columns.inside(this.column, number(which)), () =>
            this.store(number(which), `sum.${component}`, 1),
          );
        }
      }),
    );
  }

  private ifInside(condition: Expression | undefined, body: () => void): void {
    this.guarded(condition && this.emitter.emit(condition).code, body);
  }

  private store(which: Expression, register: string, lanes: 1 | 4): void {
    const { emitter, kernel } = this;
    const index = this.index({
      rows: this.rows.at(this.row, PART),
      columns: this.columns.at(this.column, which),
    });
    const substitution = new Substitution(new Map(kernel.axes.map(({ name }, at) => [name, index[at]])));
    const shape = kernel.axes.map(({ extent }) => extent);
    emitter.bindRegister(this.work.result, register, this.work.dtype, lanes);
    const values = kernel.stores.map(({ element }) =>
      emitter.bind(emitter.emit(substitution.apply(element))),
    );
    const at = flatIndex(index, shape);
    kernel.stores.forEach(({ value, type }, which) => {
      emitter.store(value, type, at, emitter.splat(values[which], lanes));
    });
  }

  private guarded(condition: string | undefined, body: () => void): void {
    if (condition === undefined) body();
    else this.emitter.block(`if (${condition}) {`, body);
  }

  private components(expression: Expression): string[] {
    const vector = this.vector(expression);
    return COMPONENTS.map((component) => `${vector}.${component}`);
  }

  private vector(expression: Expression): string {
    return this.emitter.bind(this.emitter.splat(this.emitter.emit(expression), 4)).code;
  }

  private value(expression: Expression): string {
    return this.emitter.bind(this.emitter.emit(expression)).code;
  }

  private isVector(expression: Expression): boolean {
    return loadsVectors(expression, (source) => this.kernel.sources.get(source)?.shape ?? []);
  }

  private substitute(
    expression: Expression,
    at: { rows?: readonly Expression[]; columns?: readonly Expression[] },
    step: Expression,
  ): Expression {
    const index = this.index(at);
    const axes = this.kernel.axes.map(({ name }, which): readonly [string, Expression] => [
      name,
      index[which],
    ]);
    return new Substitution(new Map([...axes, ...this.steps.at(step)])).apply(expression);
  }

  /** The index of the domain from those of its rows, columns and batch. */
  private index(at: { rows?: readonly Expression[]; columns?: readonly Expression[] }): Expression[] {
    const extents = this.batch.map(({ extent }) => extent);
    const next = {
      row: (at.rows ?? []).values(),
      column: (at.columns ?? []).values(),
      batch: unravel(axis('batch', size(extents)), extents).values(),
    };
    return this.kernel.axes.map((own, which) => next[this.work.roles[which]].next().value ?? own);
  }
}
