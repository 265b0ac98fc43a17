import { axis } from '../../../kernel/arithmetic.ts';
import type { Expression } from '../../../kernel/expression.ts';
import type { Kernel } from '../../../kernel/kernel.ts';
import { LANE } from '../../../kernel/rewrite.ts';
import type { WrittenKernel } from '../../../passes/target.ts';
import { writeModule } from './module.ts';
import { COMPONENTS, PARTS, Product, type Contract, type Place } from './product.ts';
import { writeLoops } from './reduce.ts';
import { Steps, Tiling, number } from './tile.ts';
import type { RegisterTile } from './tiles.ts';

/** Axis that numbers the four invocations of a subgroup. */
const SHARE = axis('share', 4);

/**
 * A matrix product whose every invocation keeps a tile of the result in registers, without workgroup memory, whose barriers are
 * dear on software adapters. Where subgroups always have four invocations, these share a tile of columns: each loads a
 * quarter of what all four need.
 */
export function writeRegisterProduct(kernel: Kernel, work: Contract, tile: RegisterTile): WrittenKernel {
  return new RegisterWriter(kernel, work, tile).write();
}

class RegisterWriter {
  private readonly product: Product;
  private readonly tile: RegisterTile;
  private readonly place: Place;
  private readonly steps: Steps;

  constructor(kernel: Kernel, work: Contract, tile: RegisterTile) {
    this.product = new Product(kernel, work);
    this.tile = tile;
    this.place = {
      rows: new Tiling(this.product.axesOf('row'), tile.rowQuads, 'tileRow'),
      columns: new Tiling(this.product.axesOf('column'), tile.columnQuads, 'tileColumn'),
      rowQuads: tile.rowQuads,
      columnQuads: tile.columnQuads,
      rowQuad: (own) => own,
      columnQuad: (own) => own,
    };
    this.steps = new Steps(work.contracted);
  }

  write(): WrittenKernel {
    const { product, place, tile } = this;
    const { emitter } = product;
    const { rows, columns } = place;
    const workgroup = Math.min(tile.workgroup, Math.ceil(rows.tiles / 4) * 4);
    const groupsDown = Math.ceil(rows.tiles / workgroup);
    const padded = rows.tiles % workgroup !== 0;
    const row = `group % ${groupsDown} * ${workgroup} + local`;
    emitter.line(`let ${rows.name} = ${padded ? `min(${row}, ${rows.tiles - 1})` : row};`);
    emitter.line(`let ${columns.name} = group / ${groupsDown} % ${columns.tiles};`);
    emitter.line(`let batch = group / ${groupsDown * columns.tiles};`);
    for (const name of [rows.name, columns.name, 'batch']) emitter.bindAxis(name, name);
    if (tile.shared) emitter.bindAxis(SHARE.name, SHARE.name);
    product.declareSums(place);
    writeLoops(emitter, this.steps.loops, () => this.multiply());
    // Invocations beyond the last tile worked along for their subgroup; they must not store.
    product.guarded(padded ? `${row} < ${rows.tiles}` : undefined, () => product.finish(place));
    return writeModule(emitter, {
      workgroups: groupsDown * columns.tiles * product.batches,
      workgroupSize: workgroup,
      subgroups: tile.shared,
    });
  }

  /**
   * Products of the loop's body: a column of `left` times a row of `right`, for each step. The steps are added up
   * before the accumulator, which drivers that keep it in memory then touch only once.
   */
  private multiply(): void {
    const { rowQuads, columnQuads } = this.tile;
    const right = Array.from({ length: columnQuads }, (_, column) => this.loadRight(column));
    for (let row = 0; row < rowQuads; row++) {
      const left = this.loadLeft(row);
      for (const part of PARTS) {
        right.forEach((vectors, column) => {
          const products = vectors.map((vector, step) => `${left[part][step]} * ${vector}`);
          this.product.emitter.line(`sum${4 * row + part}_${column} += ${products.join(' + ')};`);
        });
      }
    }
  }

  /** Numbers of four rows: `[part][step]`. */
  private loadLeft(row: number): string[][] {
    const { product, steps, place } = this;
    const element = (part: Expression, step: Expression): Expression =>
      product.operand(product.work.left, { rows: place.rows.at(number(row), part) }, steps.at(step));
    if (steps.width === 4 && product.isVector(element(number(0), LANE))) {
      return PARTS.map((part) => product.components(element(number(part), LANE)));
    }
    const each = PARTS.slice(0, steps.width);
    const columns = product.isVector(element(LANE, number(0)))
      ? each.map((step) => product.components(element(LANE, number(step))))
      : each.map((step) => PARTS.map((part) => product.value(element(number(part), number(step)))));
    return PARTS.map((part) => columns.map((column) => column[part]));
  }

  /** Vectors of four columns, one per unrolled step. */
  private loadRight(column: number): string[] {
    const { product, steps, place } = this;
    const element = (part: Expression, step: Expression): Expression =>
      product.operand(
        product.work.right,
        { columns: place.columns.at(number(column), part) },
        steps.at(step),
      );
    const each = PARTS.slice(0, steps.width);
    const wide = steps.width === 4;
    if (wide && !product.isVector(element(LANE, number(0))) && product.isVector(element(number(0), LANE))) {
      const parts = this.shared((part) => product.vector(element(part, LANE)), PARTS);
      return COMPONENTS.map(
        (component) => `vec4<f32>(${parts.map((part) => `${part}.${component}`).join(', ')})`,
      );
    }
    if (wide) return this.shared((step) => product.vector(element(LANE, step)), each);
    return each.map((step) => product.vector(element(LANE, number(step))));
  }

  /** Four values: each of the subgroup's invocations loads one and gives it to the others, where they share. */
  private shared(load: (which: Expression) => string, all: readonly number[]): string[] {
    if (!this.tile.shared) return all.map((which) => load(number(which)));
    const { emitter } = this.product;
    const own = load(SHARE);
    return all.map((which) => {
      const name = emitter.fresh();
      emitter.line(`let ${name} = subgroupBroadcast(${own}, ${which}u);`);
      return name;
    });
  }
}
