import { size } from '../../../core/shape.ts';
import { add, axis, constant, min, mul } from '../../../kernel/arithmetic.ts';
import type { Expression } from '../../../kernel/expression.ts';
import type { Axis } from '../../../kernel/kernel.ts';
import { unravel } from '../../../kernel/rewrite.ts';

const number = (value: number): Expression => constant('i32', value);

/**
 * The rows (or columns) of a contraction, cut into tiles of `quads` times four neighbours, one tile per
 * invocation. At the edge, indices are clamped: what is computed there twice is not stored.
 */
export class Tiling {
  readonly tiles: number;
  /** Tiles that reach over the edge exist, so stores must be guarded. */
  readonly ragged: boolean;
  readonly quads: number;
  private readonly axes: readonly Axis[];
  private readonly elements: number;
  private readonly tile: Axis;
  /** Four neighbours are always neighbours along the last axis. */
  private readonly whole: boolean;

  constructor(axes: readonly Axis[], quads: number, name: string) {
    this.axes = axes;
    this.quads = quads;
    this.elements = size(axes.map(({ extent }) => extent));
    this.whole = (axes.at(-1)?.extent ?? 1) % 4 === 0;
    this.tiles = Math.ceil(this.elements / (4 * quads));
    this.ragged = this.elements % (4 * quads) !== 0;
    this.tile = axis(name, this.tiles);
  }

  /** Indices of element `part` (0 … 3, or the lane) of a quad of the tile. */
  at(quad: number, part: Expression): Expression[] {
    const shape = this.axes.map(({ extent }) => extent);
    if (!this.whole) {
      const first = add(mul(this.tile, number(4 * this.quads)), number(4 * quad));
      const flat = add(first, part);
      return unravel(this.ragged ? min(flat, number(this.elements - 1)) : flat, shape);
    }
    const last = shape.length - 1;
    const quadShape = [...shape.slice(0, last), shape[last] / 4];
    const index = this.quadIndex(quad, quadShape);
    return [...index.slice(0, last), add(mul(index[last], number(4)), part)];
  }

  /** Code that tells whether an element of a quad lies inside; undefined where all do. */
  guard(quad: number, part: number): string | undefined {
    if (!this.ragged) return undefined;
    return `${this.tile.name} * ${4 * this.quads} + ${4 * quad + part} < ${this.elements}`;
  }

  private quadIndex(quad: number, quadShape: readonly number[]): Expression[] {
    const last = quadShape.length - 1;
    if (quadShape[last] % this.quads === 0) {
      const index = unravel(this.tile, [...quadShape.slice(0, last), quadShape[last] / this.quads]);
      return [...index.slice(0, last), add(mul(index[last], number(this.quads)), number(quad))];
    }
    const flat = add(mul(this.tile, number(this.quads)), number(quad));
    return unravel(this.ragged ? min(flat, number(this.elements / 4 - 1)) : flat, quadShape);
  }

  get name(): string {
    return this.tile.name;
  }
}

/**
 * The loops over the contracted axes. The innermost takes four steps at once where an axis allows it; the
 * order of the axes does not matter to a sum.
 */
export class Steps {
  readonly loops: readonly { readonly name: string; readonly extent: number }[];
  /** Steps that are unrolled in the loop's body: 4 or 1. */
  readonly width: 1 | 4;
  private readonly inner: Axis | undefined;

  constructor(contracted: readonly Axis[]) {
    const fours = contracted.findLast(({ extent }) => extent % 4 === 0);
    this.width = fours ? 4 : 1;
    this.inner = fours;
    this.loops = contracted.filter((loop) => loop !== fours);
    if (fours) this.loops = [...this.loops, { name: 'q', extent: fours.extent / 4 }];
  }

  /** Replacement of the innermost axis at an unrolled step (0 … 3, or the lane). */
  at(step: Expression): readonly (readonly [string, Expression])[] {
    if (!this.inner) return [];
    const { name, extent } = this.inner;
    return [[name, add(mul(axis('q', extent / 4), number(4)), step)]];
  }
}

export { number };
