import type { DType } from '../../../core/dtype.ts';
import type { Value } from '../../codegen/emitter.ts';

/** Loads and places of values in memory, as WebAssembly text. */

/** What an instruction addresses: an address, and a constant that it adds by itself. */
export interface Place {
  readonly at: Value;
  readonly offset: number;
}

export function memory({ at, offset }: Place): string {
  return offset === 0 ? at.code : `offset=${offset} ${at.code}`;
}

export function vectorAt(place: string, dtype: DType): string {
  if (dtype === 'u8')
    return `(i32x4.extend_low_i16x8_u (i16x8.extend_low_i8x16_u (v128.load32_zero ${place})))`;
  return truth(`(v128.load ${place})`, dtype);
}

export function gathered(places: readonly string[], dtype: DType): string {
  if (dtype === 'u8') {
    const byte = (lane: number): string => `(i32.load8_u ${places[lane]})`;
    return [1, 2, 3].reduce(
      (vector, lane) => `(i32x4.replace_lane ${lane} ${vector} ${byte(lane)})`,
      `(i32x4.splat ${byte(0)})`,
    );
  }
  const [first, ...others] = places;
  return truth(
    others.reduce(
      (vector, place, at) => `(v128.load32_lane ${laneOperand(place, at + 1)} ${vector})`,
      `(v128.load32_splat ${first})`,
    ),
    dtype,
  );
}

/** In the text format the offset comes before the lane. */
export function laneOperand(place: string, lane: number): string {
  const [, offset, at] = /^(offset=\d+ )?(.*)$/s.exec(place) ?? [];
  return `${offset ?? ''}${lane} ${at}`;
}

const truth = (vector: string, dtype: DType): string =>
  dtype === 'bool' ? `(i32x4.ne ${vector} (v128.const i32x4 0 0 0 0))` : vector;
