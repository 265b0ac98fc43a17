import { axis } from '../../../kernel/arithmetic.ts';
import type { Expression } from '../../../kernel/expression.ts';
import type { Kernel } from '../../../kernel/kernel.ts';
import { LANE } from '../../../kernel/rewrite.ts';
import type { WrittenKernel } from '../../../passes/target.ts';
import { writeModule } from './module.ts';
import { PARTS, Product, type Contract, type Place } from './product.ts';
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
   * Products of the loop's body. Four steps at once are a matrix of `right` times a vector of `left`: drivers that keep
   * what has a name in memory then touch it, and the sums, only once.
   */
  private multiply(): void {
    const { rowQuads, columnQuads } = this.tile;
    const right = Array.from({ length: columnQuads }, (_, column) => this.loadRight(column));
    for (let row = 0; row < rowQuads; row++) {
      const left = this.loadLeft(row);
      for (const part of PARTS)
        for (const [column, product] of right.entries())
          this.product.emitter.line(`sum${4 * row + part}_${column} += ${product(left[part])};`);
    }
  }

  /** Numbers of four rows, by row: vectors of four steps, or single numbers. */
  private loadLeft(row: number): string[] {
    const { product, steps, place } = this;
    const element = (part: Expression, step: Expression): Expression =>
      product.operand(product.work.left, { rows: place.rows.at(number(row), part) }, steps.at(step));
    if (steps.width === 1) {
      const first = element(LANE, number(0));
      if (product.isVector(first)) return product.components(first);
      return PARTS.map((part) => product.value(element(number(part), number(0))));
    }
    if (!product.isVector(element(number(0), LANE)) && product.isVector(element(LANE, number(0)))) {
      const columns = PARTS.map((step) => product.components(element(LANE, number(step))));
      return PARTS.map((part) =>
        this.named(`vec4<f32>(${columns.map((column) => column[part]).join(', ')})`),
      );
    }
    return PARTS.map((part) => product.vector(element(number(part), LANE)));
  }

  /** Four columns of the right operand: code of their product with what a row of the left one has. */
  private loadRight(column: number): (left: string) => string {
    const { product, steps, place } = this;
    const element = (part: Expression, step: Expression): Expression =>
      product.operand(
        product.work.right,
        { columns: place.columns.at(number(column), part) },
        steps.at(step),
      );
    if (steps.width === 1) {
      const vector = product.vector(element(LANE, number(0)));
      return (left) => `${left} * ${vector}`;
    }
    const turned = !product.isVector(element(LANE, number(0))) && product.isVector(element(number(0), LANE));
    const vectors = this.shared((which) =>
      product.vector(turned ? element(which, LANE) : element(LANE, which)),
    );
    const matrix = this.named(`mat4x4<f32>(${vectors.join(', ')})`);
    return (left) => (turned ? `${left} * ${matrix}` : `${matrix} * ${left}`);
  }

  /** Four vectors: each of the subgroup's invocations loads one and gives it to the others, where they share. */
  private shared(load: (which: Expression) => string): string[] {
    if (!this.tile.shared) return PARTS.map((which) => load(number(which)));
    const own = load(SHARE);
    return PARTS.map((which) => this.named(`subgroupBroadcast(${own}, ${which}u)`));
  }

  private named(code: string): string {
    const { emitter } = this.product;
    const name = emitter.fresh();
    emitter.line(`let ${name} = ${code};`);
    return name;
  }
}
