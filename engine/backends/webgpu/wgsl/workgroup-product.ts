import { add, axis, constant, div, mod, mul } from '../../../kernel/arithmetic.ts';
import type { Expression } from '../../../kernel/expression.ts';
import type { Axis, Kernel } from '../../../kernel/kernel.ts';
import { LANE } from '../../../kernel/rewrite.ts';
import { real, select } from '../../../kernel/scalar.ts';
import type { WrittenKernel } from '../../../passes/target.ts';
import { writeModule } from './module.ts';
import { COMPONENTS, PARTS, Product, type Contract, type Place } from './product.ts';
import { Tiling, number } from './tile.ts';
import type { WorkgroupTile } from './tiles.ts';

/**
 * A matrix product whose workgroups lay blocks of both operands out in workgroup memory and multiply them from there, each
 * invocation a tile in registers: the two levels of blocking of every fast product on a graphics card (Volkov & Demmel,
 * "Benchmarking GPUs to tune dense linear algebra", 2008; NVIDIA CUTLASS). Operands are expressions, so that convolutions
 * are this too (implicit GEMM) and what is fused into an operand is computed once per workgroup.
 *
 * Four rows (or columns) of one step are a vector in workgroup memory. Four by four elements are loaded at once, as vectors
 * whichever way they lie in memory, and turned in registers. An invocation's quads are spread over the tile, so that
 * neighbours read and write neighbouring vectors.
 */
export function writeWorkgroupProduct(kernel: Kernel, work: Contract, tile: WorkgroupTile): WrittenKernel {
  return new WorkgroupWriter(kernel, work, tile).write();
}

/** One operand's block in workgroup memory. */
interface Side {
  readonly name: 'left' | 'right';
  readonly tiling: Tiling;
  /** Vectors of a step. */
  readonly quads: number;
  /** Its elements lie side by side along the steps, not along the rows (or columns). */
  readonly turned: boolean;
  /** Vectors from one step to the next. One more than there are keeps the writes of turned elements out of one another's banks. */
  readonly stride: number;
  element(quad: Expression, part: Expression, depth: Expression, step: Expression): Expression;
}

class WorkgroupWriter {
  private readonly product: Product;
  private readonly tile: WorkgroupTile;
  private readonly threads: number;
  private readonly place: Place;
  private readonly depth: Tiling;
  private readonly sides: readonly Side[];

  constructor(kernel: Kernel, work: Contract, tile: WorkgroupTile) {
    const { threadRows, threadColumns, rowQuads, columnQuads, depthQuads } = tile;
    this.product = new Product(kernel, work);
    this.tile = tile;
    this.threads = threadRows * threadColumns;
    const [down, across] = [axis('threadRow', threadRows), axis('threadColumn', threadColumns)];
    this.place = {
      rows: new Tiling(this.product.axesOf('row'), threadRows * rowQuads, 'tileRow'),
      columns: new Tiling(this.product.axesOf('column'), threadColumns * columnQuads, 'tileColumn'),
      rowQuads,
      columnQuads,
      rowQuad: (own) => add(down, mul(own, number(threadRows))),
      columnQuad: (own) => add(across, mul(own, number(threadColumns))),
    };
    this.depth = new Tiling(work.contracted, depthQuads, 'block');
    this.sides = [this.side('left'), this.side('right')];
  }

  write(): WrittenKernel {
    const { product, place, depth, threads } = this;
    const { emitter } = product;
    const { rows, columns } = place;
    const { threadColumns } = this.tile;
    emitter.line(`let ${rows.name} = group % ${rows.tiles};`);
    emitter.line(`let ${columns.name} = group / ${rows.tiles} % ${columns.tiles};`);
    emitter.line(`let batch = group / ${rows.tiles * columns.tiles};`);
    emitter.line(`let threadRow = local / ${threadColumns};`);
    emitter.line(`let threadColumn = local % ${threadColumns};`);
    for (const name of [rows.name, columns.name, 'batch', 'threadRow', 'threadColumn'])
      emitter.bindAxis(name, name);
    const loads = this.loads();
    product.declareSums(place);
    emitter.block(`for (var ${depth.name} = 0; ${depth.name} < ${depth.tiles}; ${depth.name}++) {`, () => {
      emitter.bindAxis(depth.name, depth.name);
      for (const load of loads) load();
      emitter.line('workgroupBarrier();');
      this.multiply();
      emitter.line('workgroupBarrier();');
    });
    product.finish(place);
    return writeModule(emitter, {
      workgroups: rows.tiles * columns.tiles * product.batches,
      workgroupSize: threads,
      shared: this.sides.map(
        ({ name, stride }) =>
          `var<workgroup> ${name}: array<vec4<f32>, ${4 * this.tile.depthQuads * stride}>;`,
      ),
    });
  }

  private side(name: 'left' | 'right'): Side {
    const { product, place, depth } = this;
    const tiling = name === 'left' ? place.rows : place.columns;
    const at = (quad: Expression, part: Expression) =>
      name === 'left' ? { rows: tiling.at(quad, part) } : { columns: tiling.at(quad, part) };
    const element: Side['element'] = (quad, part, depthQuad, step) => {
      const index = depth.at(depthQuad, step);
      const contracted = product.work.contracted.map((loop, which) => [loop.name, index[which]] as const);
      const value = product.operand(product.work[name], at(quad, part), contracted);
      const inside = depth.inside(depthQuad, step);
      return inside ? select(inside, value, real(0)) : value;
    };
    const [quad, depthQuad] = [axis('quad', tiling.quads), axis('depth', depth.quads)];
    const turned =
      !product.isVector(element(quad, LANE, depthQuad, number(0))) &&
      product.isVector(element(quad, number(0), depthQuad, LANE));
    return { name, tiling, quads: tiling.quads, turned, stride: tiling.quads + (turned ? 1 : 0), element };
  }

  /**
   * What an invocation loads of each block: pieces of four by four elements, those of the left operand first, dealt out in turn.
   * The result writes the loads; what does not change from block to block is written at once.
   */
  private loads(): (() => void)[] {
    const { threads, sides } = this;
    const pieces = sides.map(({ quads }) => quads * this.depth.quads);
    const rounds = Math.ceil((pieces[0] + pieces[1]) / threads);
    return Array.from({ length: rounds }, (_, round) => {
      const parts = sides.flatMap((side, which) => {
        const first = round * threads - (which === 0 ? 0 : pieces[0]);
        const [from, to] = [Math.max(0, -first), Math.min(threads, pieces[which] - first)];
        if (from >= to) return [];
        return [{ from, to, load: this.load(side, round, first, pieces[which]) }];
      });
      return () => {
        for (const { from, to, load } of parts) {
          const conditions = [
            ...(from > 0 ? [`local >= ${from}`] : []),
            ...(to < threads ? [`local < ${to}`] : []),
          ];
          this.product.guarded(conditions.length > 0 ? conditions.join(' && ') : undefined, load);
        }
      };
    });
  }

  /** Names the piece that an invocation loads in a round, and returns what writes the load. */
  private load(side: Side, round: number, first: number, pieces: number): () => void {
    const { emitter } = this.product;
    const piece: Axis = axis(`${side.name}${round}`, pieces);
    const code = first === 0 ? 'local' : `local + ${first}`;
    const whole = first >= 0 && first + this.threads <= pieces;
    emitter.line(`let ${piece.name} = ${whole ? code : `clamp(${code}, 0, ${pieces - 1})`};`);
    emitter.bindAxis(piece.name, piece.name);
    const [steps, quads] = [number(this.depth.quads), number(side.quads)];
    // Neighbouring invocations load what lies side by side.
    const [quad, depth] = side.turned
      ? [div(piece, steps), mod(piece, steps)]
      : [mod(piece, quads), div(piece, quads)];
    return () => {
      const place = add(mul(depth, number(4 * side.stride)), quad);
      this.steps(side, quad, depth).forEach((vector, step) => {
        const at = emitter.emit(add(place, constant('i32', step * side.stride))).code;
        emitter.line(`${side.name}[${at}] = ${vector};`);
      });
    };
  }

  /** Vectors of four rows (or columns), one for each of four steps. */
  private steps({ turned, element }: Side, quad: Expression, depth: Expression): string[] {
    const { product } = this;
    if (!turned) return PARTS.map((step) => product.vector(element(quad, LANE, depth, number(step))));
    const parts = PARTS.map((part) => product.vector(element(quad, number(part), depth, LANE)));
    return COMPONENTS.map(
      (component) => `vec4<f32>(${parts.map((part) => `${part}.${component}`).join(', ')})`,
    );
  }

  /** The products of a block, step by step. */
  private multiply(): void {
    const { emitter } = this.product;
    const { threadRows, threadColumns, rowQuads, columnQuads, depthQuads } = this.tile;
    const [left, right] = this.sides;
    emitter.block(`for (var step = 0; step < ${4 * depthQuads}; step++) {`, () => {
      for (let row = 0; row < rowQuads; row++)
        emitter.line(`let row${row} = left[step * ${left.stride} + threadRow + ${row * threadRows}];`);
      for (let column = 0; column < columnQuads; column++)
        emitter.line(
          `let column${column} = right[step * ${right.stride} + threadColumn + ${column * threadColumns}];`,
        );
      for (let row = 0; row < rowQuads; row++)
        for (const [part, component] of COMPONENTS.entries())
          for (let column = 0; column < columnQuads; column++)
            emitter.line(`sum${4 * row + part}_${column} += row${row}.${component} * column${column};`);
    });
  }
}
