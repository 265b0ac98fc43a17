import { size } from '../../../core/shape.ts';
import { add, axis, mul } from '../../../kernel/arithmetic.ts';
import type { Expression } from '../../../kernel/expression.ts';
import type { Axis, Kernel, Work } from '../../../kernel/kernel.ts';
import { LANE, unravel } from '../../../kernel/rewrite.ts';
import { extentsOf } from '../../codegen/accumulation.ts';
import { chooseBlocks, type Blocks, type Extents } from './blocks.ts';
import { quadOf, substitutionOf, whole } from './rows.ts';

export type Contract = Extract<Work, { kind: 'contract' }>;

/**
 * A contraction as a product of matrices, done many times. Rows and columns are counted through all axes of their role; they and the
 * batch are reached block by block, over the axes `rowBlock`, `columnBlock` and `batch`.
 */
export class Product {
  readonly kernel: Kernel;
  readonly work: Contract;
  readonly extents: Extents;
  readonly blocks: Blocks;
  readonly rowBlock: Axis;
  readonly columnBlock: Axis;
  readonly batch: Axis;

  constructor(kernel: Kernel, work: Contract, threads: number) {
    this.kernel = kernel;
    this.work = work;
    this.extents = {
      rows: size(this.shapeOf('row')),
      columns: size(this.shapeOf('column')),
      batches: size(this.shapeOf('batch')),
      steps: size(extentsOf(work.contracted)),
    };
    this.blocks = chooseBlocks(this.extents, threads);
    this.rowBlock = axis('rowBlock', this.blocks.rowBlocks);
    this.columnBlock = axis('columnBlock', this.blocks.columnBlocks);
    this.batch = axis('batch', this.extents.batches);
  }

  shapeOf(role: 'row' | 'column' | 'batch'): number[] {
    return extentsOf(this.kernel.axes.filter((_, at) => this.work.roles[at] === role));
  }

  /** The number of a row (or of a quad of rows, `per` = 4) of the current block. */
  row(inBlock: Expression, per = 1): Expression {
    return add(mul(this.rowBlock, whole(Math.ceil(this.blocks.rows / per))), inBlock);
  }

  column(inBlock: Expression, per = 1): Expression {
    return add(mul(this.columnBlock, whole(Math.ceil(this.blocks.columns / per))), inBlock);
  }

  /** Indices along the axes of a role. */
  place(role: 'row' | 'column', number: Expression): Expression[] {
    return unravel(number, this.shapeOf(role));
  }

  /** Indices of four neighbours along the axes of a role; they never cross the last axis where its extent allows that. */
  quad(role: 'row' | 'column', number: Expression): Expression[] {
    const shape = this.shapeOf(role);
    const last = shape.length - 1;
    if (last < 0 || shape[last] % 4 !== 0) return unravel(quadOf(number), shape);
    const index = unravel(number, [...shape.slice(0, last), shape[last] / 4]);
    return [...index.slice(0, last), add(mul(index[last], whole(4)), LANE)];
  }

  /** The index of the domain from those of its rows and columns. */
  index(at: { readonly row?: readonly Expression[]; readonly column?: readonly Expression[] }): Expression[] {
    const next = {
      row: (at.row ?? []).values(),
      column: (at.column ?? []).values(),
      batch: unravel(this.batch, this.shapeOf('batch')).values(),
    };
    return this.kernel.axes.map((own, which) => next[this.work.roles[which]].next().value ?? own);
  }

  /** An operand's element at a row (or column), and at a step given by the indices of the contracted axes. */
  operand(
    side: 'left' | 'right',
    at: readonly Expression[],
    contracted: readonly Expression[] = this.work.contracted,
  ): Expression {
    const index = this.index(side === 'left' ? { row: at } : { column: at });
    const axes = [...this.kernel.axes, ...this.work.contracted];
    return substitutionOf(axes, [...index, ...contracted]).apply(this.work[side]);
  }
}
