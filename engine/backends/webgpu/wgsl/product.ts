import { size } from '../../../core/shape.ts';
import { flatIndex } from '../../../kernel/affine.ts';
import { axis } from '../../../kernel/arithmetic.ts';
import type { Expression } from '../../../kernel/expression.ts';
import { loadsOf, operationsOf } from '../../../kernel/inspect.ts';
import type { Axis, Kernel, Store, Work } from '../../../kernel/kernel.ts';
import { LANE, Substitution, loadsVectors, unravel } from '../../../kernel/rewrite.ts';
import type { WgslEmitter } from './wgsl-emitter.ts';
import { emitterFor } from './module.ts';
import { writeLoops } from './reduce.ts';
import { number, type Tiling } from './tile.ts';

export type Contract = Extract<Work, { kind: 'contract' }>;

export const PARTS = [0, 1, 2, 3] as const;
export const COMPONENTS = ['x', 'y', 'z', 'w'] as const;

/** Work of an epilogue that is written out for every vector, per number: a bias, an activation and a residual. */
const SHORT_EPILOGUE = 8;

/** Rows of a quad, in the epilogue. */
const PART = axis('part', 4);

/** Which rows and columns of the result an invocation computes: tiles of quads, and the quads of the invocation's own. */
export interface Place {
  readonly rows: Tiling;
  readonly columns: Tiling;
  readonly rowQuads: number;
  readonly columnQuads: number;
  rowQuad(own: Expression): Expression;
  columnQuad(own: Expression): Expression;
}

type Position = { rows?: readonly Expression[]; columns?: readonly Expression[] };

/** What all ways to compute a matrix product have in common: its operands at a place, and what happens to the sums. */
export class Product {
  readonly emitter: WgslEmitter;
  readonly work: Contract;
  /** Products that are computed side by side. */
  readonly batches: number;
  private readonly kernel: Kernel;
  private readonly batch: readonly Axis[];

  constructor(kernel: Kernel, work: Contract) {
    this.kernel = kernel;
    this.work = work;
    this.emitter = emitterFor(kernel);
    this.batch = this.axesOf('batch');
    this.batches = size(this.batch.map(({ extent }) => extent));
  }

  axesOf(role: 'batch' | 'row' | 'column'): Axis[] {
    return this.kernel.axes.filter((_, at) => this.work.roles[at] === role);
  }

  /** An operand's element at rows (or columns), with replacements for the contracted axes. */
  operand(
    expression: Expression,
    position: Position,
    contracted: readonly (readonly [string, Expression])[],
  ): Expression {
    const index = this.index(position);
    const axes = this.kernel.axes.map(({ name }, which): readonly [string, Expression] => [
      name,
      index[which],
    ]);
    return new Substitution(new Map([...axes, ...contracted])).apply(expression);
  }

  isVector(expression: Expression): boolean {
    return loadsVectors(expression, (source) => this.kernel.sources.get(source)?.shape ?? []);
  }

  /** Code of a vector of four, by a name. */
  vector(expression: Expression): string {
    return this.emitter.bind(this.emitter.splat(this.emitter.emit(expression), 4)).code;
  }

  components(expression: Expression): string[] {
    const vector = this.vector(expression);
    return COMPONENTS.map((component) => `${vector}.${component}`);
  }

  value(expression: Expression): string {
    return this.emitter.bind(this.emitter.emit(expression)).code;
  }

  /** Declares the sums, one vector for each row and quad of columns: `sum<row>_<column quad>`. */
  declareSums({ rowQuads, columnQuads }: Place): void {
    for (const sum of sumNames(rowQuads, columnQuads)) this.emitter.line(`var ${sum} = vec4<f32>();`);
  }

  /**
   * Epilogue and stores, vector by vector; one by one where the tile may reach over the columns' edge. A short epilogue is written
   * out for every vector, so that the sums stay in registers; a long one is a loop over them.
   */
  finish(place: Place): void {
    const { rowQuads, columnQuads } = place;
    const names = sumNames(rowQuads, columnQuads);
    if (this.epilogueWork() <= SHORT_EPILOGUE) {
      for (let row = 0; row < rowQuads; row++)
        for (const part of PARTS)
          this.ifInside(place.rows.inside(place.rowQuad(number(row)), number(part)), () => {
            for (let column = 0; column < columnQuads; column++) {
              const sum = names[(4 * row + part) * columnQuads + column];
              this.storeQuad(place, [number(row), number(part), number(column)], sum);
            }
          });
      return;
    }
    const { emitter } = this;
    const [row, column] = [axis('row', rowQuads), axis('column', columnQuads)];
    emitter.line(`var sums = array<vec4<f32>, ${names.length}>(${names.join(', ')});`);
    writeLoops(emitter, [row, PART, column], () => {
      const at = [
        ...(rowQuads > 1 ? [`row * ${4 * columnQuads}`] : []),
        `part * ${columnQuads}`,
        ...(columnQuads > 1 ? ['column'] : []),
      ];
      this.ifInside(place.rows.inside(place.rowQuad(row), PART), () => {
        emitter.line(`let sum = sums[${at.join(' + ')}];`);
        this.storeQuad(place, [row, PART, column], 'sum');
      });
    });
  }

  /** Operations and loads for each number of the result. */
  private epilogueWork(): number {
    const work = ({ element }: Store): number => operationsOf(element) + loadsOf(element).length;
    return this.kernel.stores.reduce((sum, store) => sum + work(store), 0);
  }

  /** Four columns of a row of the invocation's tile, whose sums are in a register. */
  private storeQuad(place: Place, [row, part, column]: readonly Expression[], sum: string): void {
    const rows = place.rows.at(place.rowQuad(row), part);
    const quad = place.columnQuad(column);
    if (!place.columns.ragged) return this.store({ rows, columns: place.columns.at(quad, LANE) }, sum, 4);
    for (const [which, component] of COMPONENTS.entries()) {
      const at = number(which);
      this.ifInside(place.columns.inside(quad, at), () =>
        this.store({ rows, columns: place.columns.at(quad, at) }, `${sum}.${component}`, 1),
      );
    }
  }

  /** Writes a block under a condition, or without one. */
  guarded(condition: string | undefined, body: () => void): void {
    if (condition === undefined) body();
    else this.emitter.block(`if (${condition}) {`, body);
  }

  private ifInside(condition: Expression | undefined, body: () => void): void {
    this.guarded(condition && this.emitter.emit(condition).code, body);
  }

  private store(position: Position, register: string, lanes: 1 | 4): void {
    const { emitter, kernel } = this;
    const index = this.index(position);
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

  /** The index of the domain from those of its rows, columns and batch. */
  private index({ rows = [], columns = [] }: Position): Expression[] {
    const extents = this.batch.map(({ extent }) => extent);
    const next = {
      row: rows.values(),
      column: columns.values(),
      batch: unravel(axis('batch', this.batches), extents).values(),
    };
    return this.kernel.axes.map((own, which) => next[this.work.roles[which]].next().value ?? own);
  }
}

function sumNames(rowQuads: number, columnQuads: number): string[] {
  return Array.from(
    { length: 4 * rowQuads * columnQuads },
    (_, at) => `sum${Math.floor(at / columnQuads)}_${at % columnQuads}`,
  );
}
