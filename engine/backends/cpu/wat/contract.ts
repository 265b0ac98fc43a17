import { add, axis, div, mod, mul } from '../../../kernel/arithmetic.ts';
import type { Expression } from '../../../kernel/expression.ts';
import type { Axis, Kernel } from '../../../kernel/kernel.ts';
import type { WrittenKernel } from '../../../passes/target.ts';
import { extentsOf } from '../../codegen/accumulation.ts';
import { writeStores } from '../../codegen/domain.ts';
import { writeFunction, workOf } from './kernel-function.ts';
import { directView, packedLeft, packedRight, type View } from './operand.ts';
import { Product, type Contract } from './product.ts';
import { quadOf, substitutionOf, whole } from './rows.ts';
import { WatEmitter, get, int, set } from './wat-emitter.ts';

/**
 * Matrix products and convolutions, after Goto & van de Geijn, "Anatomy of High-Performance Matrix Multiplication" (ACM TOMS
 * 34(3), 2008): blocks of both operands are laid out in the thread's own memory in the order of their use, unless they lie so
 * already; then tiles of the result stay in registers while the steps go by.
 */
export function writeContract(kernel: Kernel, work: Contract, threads: number): WrittenKernel {
  return new ContractWriter(new Product(kernel, work, threads)).write();
}

class ContractWriter {
  private readonly product: Product;
  private readonly emitter: WatEmitter;
  private readonly left: View;
  private readonly right: View;
  /** Where the block of the result begins in the thread's memory, in bytes. */
  private readonly sumsAt: number;

  constructor(product: Product) {
    const { blocks, extents } = product;
    this.product = product;
    this.emitter = WatEmitter.for(product.kernel);
    this.left = directView(product, 'left') ?? packedLeft(product);
    const leftBytes = this.left.pack ? 4 * blocks.rows * extents.steps : 0;
    this.right = directView(product, 'right') ?? packedRight(product, leftBytes);
    this.sumsAt = leftBytes + (this.right.pack ? 4 * blocks.columns * extents.steps : 0);
  }

  write(): WrittenKernel {
    const { blocks, extents, kernel } = this.product;
    const elements = blocks.rows * blocks.columns;
    const units = {
      count: blocks.rowBlocks * blocks.columnBlocks * extents.batches,
      work: elements * (extents.steps / 4 + workOf(kernel)),
      scratch: this.sumsAt + 4 * elements,
    };
    return writeFunction(this.emitter, units, (unit, first) => this.block(unit, first));
  }

  /** One block of the result. Blocks of rows go by innermost, and share what was laid out for their columns. */
  private block(unit: Axis, first: string): void {
    const { emitter, left, right, product } = this;
    const { rowBlocks, columnBlocks } = product.blocks;
    const outer = div(unit, whole(rowBlocks));
    emitter.bindAxis('rowBlock', this.code(mod(unit, whole(rowBlocks))));
    emitter.bindAxis('columnBlock', this.code(mod(outer, whole(columnBlocks))));
    emitter.bindAxis('batch', this.code(div(outer, whole(columnBlocks))));
    left.pack?.(emitter);
    const { pack } = right;
    const changed = `(i32.or (i32.eqz ${this.code(product.rowBlock)}) (i32.eq ${this.code(unit)} ${first}))`;
    if (pack && rowBlocks > 1) emitter.when(changed, () => pack(emitter));
    else pack?.(emitter);
    this.multiply();
    this.finish();
  }

  /** Tiles of the block, each the sum over all steps, into the thread's memory. */
  private multiply(): void {
    const { emitter, product } = this;
    const { tileRows, tileVectors, rows, columns } = product.blocks;
    const down = axis('down', Math.ceil(rows / tileRows));
    const across = axis('across', columns / (4 * tileVectors));
    const column = mul(across, whole(4 * tileVectors));
    emitter.loop(across, () => {
      const right = this.right.address(emitter, column);
      const tiles = `(i32.div_u (i32.add ${this.rowsHere} ${int(tileRows - 1)}) ${int(tileRows)})`;
      emitter.range(down.name, int(0), this.fixed(tiles), () => {
        const row = this.tileRow(down);
        const sums = this.tile(this.left.address(emitter, row), right);
        const first = mul(add(mul(row, whole(columns)), column), whole(4));
        const at = this.fixed(`(i32.add ${get('scratch')} ${this.code(first)})`);
        sums.forEach((line, r) =>
          line.forEach((sum, vector) => {
            const offset = this.sumsAt + 4 * r * columns + 16 * vector;
            emitter.line(`(v128.store offset=${offset} ${at} ${get(sum)})`);
          }),
        );
      });
    });
  }

  /** The first row of a tile. The last tile ends with the block, over rows that another has done where the rows are no whole tiles. */
  private tileRow(down: Axis): Expression {
    const { blocks, extents } = this.product;
    const first = mul(down, whole(blocks.tileRows));
    if (extents.rows % blocks.tileRows === 0) return first;
    const row = axis('tileRow', blocks.rows - blocks.tileRows + 1);
    const [next, last] = [this.code(first), this.fixed(`(i32.sub ${this.rowsHere} ${int(blocks.tileRows)})`)];
    this.emitter.bindAxis(row.name, this.fixed(`(select ${next} ${last} (i32.lt_s ${next} ${last}))`));
    return row;
  }

  /** One tile: the sums of all steps, in registers. Returns their names, by row and vector. */
  private tile(leftAt: string, rightAt: string): string[][] {
    const { emitter, left, right, product } = this;
    const { tileRows, tileVectors } = product.blocks;
    const numbers = (count: number): number[] => Array.from({ length: count }, (_, at) => at);
    const sums = numbers(tileRows).map((row) =>
      numbers(tileVectors).map((vector) => emitter.local(`sum${row}_${vector}`, 'v128')),
    );
    const vectors = numbers(tileVectors).map((at) => emitter.local(`vector${at}`, 'v128'));
    const number = emitter.local('number', 'v128');
    const [l, r, count] = ['left', 'right', 'count'].map((name) => emitter.local(name, 'i32'));
    emitter.line(set(l, leftAt));
    emitter.line(set(r, rightAt));
    emitter.line(set(count, int(product.extents.steps)));
    for (const sum of sums.flat()) emitter.line(set(sum, '(v128.const i32x4 0 0 0 0)'));
    const step = (): void => {
      vectors.forEach((vector, at) => emitter.line(set(vector, `(v128.load offset=${16 * at} ${get(r)})`)));
      sums.forEach((row, at) => {
        emitter.line(set(number, `(v128.load32_splat offset=${at * left.rowBytes} ${get(l)})`));
        row.forEach((sum, which) =>
          emitter.line(set(sum, `(f32x4.relaxed_madd ${get(number)} ${get(vectors[which])} ${get(sum)})`)),
        );
      });
      emitter.line(set(l, `(i32.add ${get(l)} ${int(left.stepBytes)})`));
      emitter.line(set(r, `(i32.add ${get(r)} ${int(right.stepBytes)})`));
      emitter.line(`(br_if $steps (local.tee $${count} (i32.sub ${get(count)} ${int(1)})))`);
    };
    emitter.block('(loop $steps', step, ')');
    return sums;
  }

  /** Epilogue and stores of the block, row by row. */
  private finish(): void {
    const { emitter, product } = this;
    const { blocks, extents } = product;
    const row = axis('row', blocks.rows);
    const [quad, single] = [axis('columnQuad', blocks.columns / 4), axis('column', blocks.columns)];
    emitter.range(row.name, int(0), this.rowsHere, () => {
      const line = product.place('row', product.row(row));
      const atQuad = (): void =>
        this.store(line, product.quad('column', product.column(quad, 4)), row, quadOf(quad), 4);
      if (extents.columns % blocks.columns === 0) return emitter.loop(quad, atQuad);
      const columns = this.within(extents.columns, product.columnBlock, blocks.columns);
      const quads = this.fixed(`(i32.shr_u ${columns} ${int(2)})`);
      if (extents.columns >= 4) emitter.range(quad.name, int(0), quads, atQuad);
      if (extents.columns % 4 === 0) return;
      emitter.range(single.name, `(i32.shl ${quads} ${int(2)})`, columns, () =>
        this.store(line, product.place('column', product.column(single)), row, single, 1),
      );
    });
  }

  private store(
    line: readonly Expression[],
    column: readonly Expression[],
    row: Axis,
    inBlock: Expression,
    lanes: 1 | 4,
  ): void {
    const { emitter, product, sumsAt } = this;
    const { kernel, work, blocks } = product;
    const index = product.index({ row: line, column });
    const sum = emitter.loadScratch(add(mul(row, whole(blocks.columns)), inBlock), sumsAt, lanes);
    emitter.bindRegister(work.result, sum.code, work.dtype, lanes);
    writeStores(emitter, kernel.stores, extentsOf(kernel.axes), index, substitutionOf(kernel.axes, index));
  }

  /** Rows of the current block. */
  private get rowsHere(): string {
    return this.within(this.product.extents.rows, this.product.rowBlock, this.product.blocks.rows);
  }

  /** How many of `count` are in a block of `perBlock`. */
  private within(count: number, block: Axis, perBlock: number): string {
    if (block.extent === 1) return int(count);
    if (count % perBlock === 0) return int(perBlock);
    const left = this.code(add(mul(block, whole(-perBlock)), whole(count)));
    return this.fixed(`(select ${left} ${int(perBlock)} (i32.lt_s ${left} ${int(perBlock)}))`);
  }

  private code(expression: Expression): string {
    return this.emitter.bind(this.emitter.emit(expression)).code;
  }

  private fixed(code: string): string {
    return this.emitter.here({ code, dtype: 'i32', lanes: 1, level: 0 }).code;
  }
}
