import type { Shown } from '../../core/browse.ts';
import type { Column } from '../../core/dataset.ts';
import type { TypedArray } from '../../core/dtype.ts';
import { formatShape } from '../../core/shape.ts';
import { extremes, heatMap } from '../images/pictures.ts';

/** Most channels that are drawn as curves. */
const CURVES = 8;

/** A stored value whose type and shape alone tell what it is: a number, a signal as curves, a matrix as a heat map, or a summary. */
export async function showTensor(
  stored: TypedArray,
  { shape }: Pick<Column, 'shape'>,
  size: number,
): Promise<Shown> {
  if (shape.length === 0) return { form: 'number', value: stored[0] };
  const [length, channels = 1, ...inner] = shape;
  if (inner.length === 0 && channels <= CURVES) return curves(stored, length, channels, size);
  if (inner.length === 0) return heatMap(stored, length, channels, size);
  const [least, most] = extremes(stored).map((value) => Number(value.toPrecision(4)));
  return { form: 'text', text: `${formatShape(shape)} values from ${least} to ${most}` };
}

function curves(stored: TypedArray, length: number, channels: number, points: number): Shown {
  const [least, most] = extremes(stored).map((value) => Number(value.toPrecision(3)));
  return {
    form: 'curves',
    curves: Array.from({ length: channels }, (_, channel) =>
      thinned(
        Array.from({ length }, (_, at) => stored[at * channels + channel]),
        points,
      ),
    ),
    alt: `${length} values from ${least} to ${most}`,
  };
}

/** At most `points` values: the least and the largest of each stretch, so that no peak is lost. */
function thinned(values: readonly number[], points: number): number[] {
  const kept = values.length <= points ? values : stretches(values, Math.floor(points / 2)).flatMap(ends);
  return kept.map((value) => Number(value.toPrecision(5)));
}

function stretches(values: readonly number[], count: number): number[][] {
  const edge = (index: number): number => Math.floor((index * values.length) / count);
  return Array.from({ length: count }, (_, index) => values.slice(edge(index), edge(index + 1)));
}

/** The extremes of a stretch in the order in which they come. */
function ends(stretch: readonly number[]): number[] {
  const [least, most] = extremes(stretch);
  return stretch.indexOf(least) < stretch.indexOf(most) ? [least, most] : [most, least];
}
