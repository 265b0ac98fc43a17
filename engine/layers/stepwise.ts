import type { Fields } from '../core/fields.ts';
import type { Value } from '../ir/builder.ts';
import type { LowerContext } from './layer.ts';

/**
 * Layers where a sequence arrives position by position, as in generation. The program of one position is compiled once; what a
 * layer has to know of earlier positions it keeps on the device.
 */

/**
 * When a port's value is there: `step`, one position at a time, `batch × 1 × …`; `latest`, as it is after the newest position, without
 * an axis of positions; `begin`, before the first position, whole.
 */
export type Arrival = 'step' | 'latest' | 'begin';

/** Something that a layer keeps from one position to the next. Its leading axis is the batch. */
export interface Kept {
  /** What it is before this position. */
  readonly value: Value;
  /** Sets what it is after this position. */
  write(next: Value): void;
}

/** What a layer can work out before the first position: `inputs` are those that arrive at the beginning. */
export type BeginContext<F extends Fields> = Pick<LowerContext<F>, 'b' | 'inputs' | 'weight'>;

export interface StepContext<F extends Fields> extends LowerContext<F> {
  /** Number of the position from 0 on, i32 scalar. */
  readonly position: Value;
  /** How many positions there are at most: as many as the model was made for. A layer that asks sets that limit. */
  positions(): number;
  /** Undefined for a port without a connection. */
  arrival(port: string): Arrival | undefined;
  /** Something kept under this name; `first` works out what it is before the first position. */
  keep(name: string, first: (begin: BeginContext<F>) => Value): Kept;
  /**
   * For a layer that gives every token one position later: the tokens themselves, which then begin with `first` and arrive one
   * position late. Undefined where the layer's input is not the sequence itself, or where others read it, too.
   */
  delayed(first: number): Value | undefined;
  /** Does for the one position what the layer's `lower` does for all; or says why it cannot. */
  each(): StepResult;
}

/** One value per output port; or, in words, why the layer needs the whole sequence. */
export type StepResult = Readonly<Record<string, Value>> | string;

/** For layers in which positions do not see each other. */
export const eachPosition = ({ each }: Pick<StepContext<Fields>, 'each'>): StepResult => each();
