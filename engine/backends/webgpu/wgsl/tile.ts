import { size } from '../../../core/shape.ts';
import { add, axis, constant, min, mul } from '../../../kernel/arithmetic.ts';
import type { Expression } from '../../../kernel/expression.ts';
import type { Axis } from '../../../kernel/kernel.ts';
import { call } from '../../../kernel/scalar.ts';
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
  at(quad: Expression, part: Expression): Expression[] {
    const shape = this.axes.map(({ extent }) => extent);
    if (!this.whole) {
      const first = add(mul(this.tile, number(4 * this.quads)), mul(quad, number(4)));
      const flat = add(first, part);
      return unravel(this.ragged ? min(flat, number(this.elements - 1)) : flat, shape);
    }
    const last = shape.length - 1;
    const quadShape = [...shape.slice(0, last), shape[last] / 4];
    const index = this.quadIndex(quad, quadShape);
    return [...index.slice(0, last), add(mul(index[last], number(4)), part)];
  }

  /** Whether an element of a quad lies inside; undefined where all do. */
  inside(quad: Expression, part: Expression): Expression | undefined {
    if (!this.ragged) return undefined;
    const first = add(mul(this.tile, number(4 * this.quads)), mul(quad, number(4)));
    return call('less', 'bool', add(first, part), number(this.elements));
  }

  private quadIndex(quad: Expression, quadShape: readonly number[]): Expression[] {
    const last = quadShape.length - 1;
    if (quadShape[last] % this.quads === 0) {
      const index = unravel(this.tile, [...quadShape.slice(0, last), quadShape[last] / this.quads]);
      return [...index.slice(0, last), add(mul(index[last], number(this.quads)), quad)];
    }
    const flat = add(mul(this.tile, number(this.quads)), quad);
    return unravel(this.ragged ? min(flat, number(this.elements / 4 - 1)) : flat, quadShape);
  }

  get name(): string {
    return this.tile.name;
  }
}

/**
 * The loops over the contracted axes, in the order of the op, which is that of memory. One of them takes four steps
 * at once where an axis allows it, preferably the innermost.
 */
export class Steps {
  readonly loops: readonly { readonly name: string; readonly extent: number }[];
  /** Steps that the body of the loops takes: 4 or 1. */
  readonly width: 1 | 4;
  private readonly stepped: Axis | undefined;

  constructor(contracted: readonly Axis[]) {
    const stepped = contracted.findLast(({ extent }) => extent % 4 === 0);
    this.stepped = stepped;
    this.width = stepped ? 4 : 1;
    this.loops = contracted.map((loop) => (loop === stepped ? axis('q', loop.extent / 4) : loop));
  }

  /** Replacement of the axis that is stepped over, at a step (0 … 3, or the lane). */
  at(step: Expression): readonly (readonly [string, Expression])[] {
    if (!this.stepped) return [];
    const { name, extent } = this.stepped;
    return [[name, add(mul(axis('q', extent / 4), number(4)), step)]];
  }
}

export { number };
