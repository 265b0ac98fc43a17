import { BYTES } from '../../../core/dtype.ts';
import { affineOf, flatIndex, type Affine } from '../../../kernel/affine.ts';
import { add, axis, min, mul } from '../../../kernel/arithmetic.ts';
import type { Expression } from '../../../kernel/expression.ts';
import type { Load } from '../../../kernel/inspect.ts';
import type { Axis } from '../../../kernel/kernel.ts';
import { loadsVectors, ravel, unravel } from '../../../kernel/rewrite.ts';
import { extentsOf } from '../../codegen/accumulation.ts';
import type { Product } from './product.ts';
import { mentions, placesOf, quadOf, segmentsOf, whole } from './rows.ts';
import { get, int, type WatEmitter } from './wat-emitter.ts';

/** How the tiles of a product find an operand in memory. */
export interface View {
  /** Bytes from one row (left) to the next. */
  readonly rowBytes: number;
  /** Bytes from one step to the next. */
  readonly stepBytes: number;
  /** Lays out the current block in the thread's memory. */
  readonly pack?: (emitter: WatEmitter) => void;
  /** Address of a tile's first element; the tile begins at a row (or column) of the current block. */
  address(emitter: WatEmitter, first: Expression): string;
}

type Side = 'left' | 'right';

/** Steps of the right operand that lie further apart than this reach a new page of memory too often. */
const NEAR_BYTES = 2048;

/** Operands that can be read where they lie: single loads whose rows (or columns) and steps are evenly spaced. */
export function directView(product: Product, side: Side): View | undefined {
  const { blocks, extents, work, kernel } = product;
  const left = side === 'left';
  const [count, perBlock] = left ? [extents.rows, blocks.rows] : [extents.columns, blocks.columns];
  const [number, step] = [axis('number', count), axis('step', extents.steps)];
  const place = product.place(left ? 'row' : 'column', number);
  const element = product.operand(side, place, unravel(step, extentsOf(work.contracted)));
  if (element.kind !== 'load' || element.dtype !== 'f32') return undefined;
  const spaced = evenlySpaced(element, product, number, step);
  if (!spaced) return undefined;
  const { flat, perNumber, perStep, others } = spaced;
  const stepBytes = BYTES.f32 * perStep;
  if (!left && (perNumber !== 1 || (stepBytes > NEAR_BYTES && extents.rows > 2 * blocks.tileRows)))
    return undefined;
  return {
    rowBytes: BYTES.f32 * perNumber,
    stepBytes,
    address(emitter, first) {
      const type = kernel.sources.get(element.source)!;
      const block = left ? product.rowBlock : product.columnBlock;
      // Tiles reach over the last column; what they find there is never used.
      const reached = left ? number : axis('number', block.extent * perBlock);
      const spread = { term: reached, coefficient: perNumber };
      emitter.reserve({ ...flat, terms: [...others, spread, { term: step, coefficient: perStep }] }, type);
      const terms = [
        ...others,
        { term: block, coefficient: perBlock * perNumber },
        ...affineOf(mul(first, whole(perNumber))).terms,
      ];
      const { at, offset } = emitter.address(element.source, type, {
        constant: flat.constant,
        terms: terms.filter(
          ({ term, coefficient }) => coefficient !== 0 && !(term.kind === 'axis' && term.extent === 1),
        ),
      });
      return offset === 0 ? at.code : `(i32.add ${at.code} ${int(offset)})`;
    },
  };
}

interface Spacing {
  readonly flat: Affine;
  readonly perNumber: number;
  readonly perStep: number;
  readonly others: Affine['terms'];
}

function evenlySpaced(
  { source, index }: Load,
  product: Product,
  number: Axis,
  step: Axis,
): Spacing | undefined {
  const flat = flatIndex(index, product.kernel.sources.get(source)?.shape ?? []);
  const per = (wanted: Axis): number => flat.terms.find(({ term }) => term === wanted)?.coefficient ?? 0;
  const others = flat.terms.filter(({ term }) => term !== number && term !== step);
  const [perNumber, perStep] = [per(number), per(step)];
  const tangled = others.some(({ term }) => mentions(term, number) || mentions(term, step));
  return tangled || perNumber < 0 || perStep < 0 ? undefined : { flat, perNumber, perStep, others };
}

/**
 * The left operand's block: steps of a row side by side, or rows of a step side by side where that is how they lie in memory. What is
 * laid out for rows beyond the last is read from somewhere, and no tile reaches it.
 */
export function packedLeft(product: Product): View {
  const { blocks, extents } = product;
  const quad = axis('packedRow', Math.ceil(blocks.rows / 4));
  const rowQuads = product.quad('row', product.row(quad, 4));
  const byRows = blocks.rows % 4 === 0 && isVector(product, product.operand('left', rowQuads));
  const [perRow, perStep] = byRows ? [1, blocks.rows] : [extents.steps, 1];
  return {
    rowBytes: BYTES.f32 * perRow,
    stepBytes: BYTES.f32 * perStep,
    pack: (emitter) => {
      if (byRows) {
        const place = (step: Expression): Expression => add(mul(step, whole(perStep)), mul(quad, whole(4)));
        emitter.loop(quad, () => packSteps(emitter, product, 'left', rowQuads, false, 0, place));
        return;
      }
      const row = axis('packedRow', blocks.rows);
      const index = product.place('row', product.row(row));
      const place = (step: Expression): Expression => add(mul(row, whole(perRow)), step);
      emitter.loop(row, () => packSteps(emitter, product, 'left', index, true, 0, place));
    },
    address: (emitter, first) => {
      const at = emitter.emit(mul(first, whole(BYTES.f32 * perRow)));
      return emitter.bind({ ...at, code: `(i32.add ${get('scratch')} ${at.code})` }).code;
    },
  };
}

/** The right operand's block: tile after tile, step after step, the tile's columns side by side. `start`: bytes before it. */
export function packedRight(product: Product, start: number): View {
  const { blocks, extents } = product;
  const width = 4 * blocks.tileVectors;
  const perTile = extents.steps * width;
  return {
    rowBytes: BYTES.f32,
    stepBytes: BYTES.f32 * width,
    pack: (emitter) => {
      const tile = axis('packedTile', blocks.columns / width);
      emitter.loop(tile, () => {
        for (let vector = 0; vector < blocks.tileVectors; vector++) {
          const quad = add(mul(tile, whole(blocks.tileVectors)), whole(vector));
          const number = product.column(quad, 4);
          const fours = extents.columns % 4 === 0;
          // What stands beyond the last column may be anything, even numbers that take long to compute with.
          const known = fours ? min(number, whole(extents.columns / 4 - 1)) : number;
          const index = product.quad('column', known);
          const place = (step: Expression): Expression =>
            add(add(mul(tile, whole(perTile)), mul(step, whole(width))), whole(4 * vector));
          packSteps(emitter, product, 'right', index, false, start, place);
        }
      });
    },
    address: (emitter, first) => {
      const at = emitter.emit(mul(first, whole(BYTES.f32 * extents.steps)));
      return emitter.bind({ ...at, code: `(i32.add (i32.add ${get('scratch')} ${int(start)}) ${at.code})` })
        .code;
    },
  };
}

/**
 * Lays out an operand at one place (or quad of places) for all steps. `alongSteps`: four steps at once where they are neighbours in
 * memory. `place`: number of an element in the thread's memory, from that of the step.
 */
function packSteps(
  emitter: WatEmitter,
  product: Product,
  side: Side,
  index: readonly Expression[],
  alongSteps: boolean,
  start: number,
  place: (step: Expression) => Expression,
): void {
  const { contracted } = product.work;
  const last = contracted.at(-1);
  const store = (steps: readonly Expression[], lanes: 1 | 4): void => {
    const value = emitter.splat(emitter.emit(product.operand(side, index, steps)), lanes);
    emitter.storeScratch(place(ravel(steps, extentsOf(contracted))), start, value);
  };
  if (!last) return store([], alongSteps ? 1 : 4);
  const outer = contracted.slice(0, -1);
  const quads = [...outer, quadOf(axis('quad', last.extent))];
  const vectors = alongSteps && last.extent >= 4 && isVector(product, product.operand(side, index, quads));
  emitter.loops(outer, () => {
    for (const segment of segmentsOf(last.extent, vectors ? [1] : [])) {
      const step = axis('packedStep', segment.count);
      emitter.loop(step, () => {
        const [at] = placesOf(segment, step);
        store([...outer, at], alongSteps && segment.quads === 0 ? 1 : 4);
      });
    }
  });
}

function isVector({ kernel }: Product, expression: Expression): boolean {
  return loadsVectors(expression, (source) => kernel.sources.get(source)?.shape ?? [], 1);
}
