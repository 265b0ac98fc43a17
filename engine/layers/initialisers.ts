import { choice, type ChoiceField } from '../core/fields.ts';
import type { Initializer } from '../ir/program.ts';
import type { Weight } from './layer.ts';

/** How many values feed one output of a kernel, and how many outputs one input feeds. */
export interface Fan {
  readonly in: number;
  readonly out: number;
}

/**
 * The ways a kernel can start. `glorot`: Glorot & Bengio, AISTATS 2010; `he`: He et al., ICCV 2015;
 * `lecun`: LeCun et al., "Efficient BackProp", 1998 (N(0, 1/√d) with d the fan-in).
 */
const INITIALISERS = {
  'glorot-uniform': {
    label: 'Glorot uniform',
    help: 'U(-a, a) with a = √(6 / (fan in + fan out)). For sigmoid, tanh and softmax.',
    make: (fan: Fan): Initializer => ({ kind: 'uniform', limit: Math.sqrt(6 / (fan.in + fan.out)) }),
  },
  'he-normal': {
    label: 'He normal',
    help: 'N(0, σ) with σ = √(2 / fan in). For ReLU and its relatives.',
    make: (fan: Fan): Initializer => ({ kind: 'normal', standardDeviation: Math.sqrt(2 / fan.in) }),
  },
  'he-uniform': {
    label: 'He uniform',
    help: 'U(-a, a) with a = √(6 / fan in). For ReLU and its relatives.',
    make: (fan: Fan): Initializer => ({ kind: 'uniform', limit: Math.sqrt(6 / fan.in) }),
  },
  'lecun-normal': {
    label: 'N(0, 1/√d)',
    help: 'Normal with standard deviation 1/√d, where d is the fan in.',
    make: (fan: Fan): Initializer => ({ kind: 'normal', standardDeviation: 1 / Math.sqrt(fan.in) }),
  },
  zeros: {
    label: 'Zeros',
    help: 'All zero. For a layer that should start without any effect.',
    make: (): Initializer => ({ kind: 'zeros' }),
  },
} as const;

export type InitialiserName = keyof typeof INITIALISERS;

/** The field of a layer that lets people choose how its kernel starts. */
export function initialiserField(standard: InitialiserName): ChoiceField<InitialiserName> {
  return choice({
    label: 'Initialiser',
    help: 'Distribution that the kernel is drawn from before training.',
    default: standard,
    advanced: true,
    options: (Object.keys(INITIALISERS) as InitialiserName[]).map((value) => ({
      value,
      label: INITIALISERS[value].label,
      help: INITIALISERS[value].help,
    })),
  });
}

export function initialiser(name: InitialiserName, fan: Fan): Initializer {
  return INITIALISERS[name].make(fan);
}

/** The weights of a layer that multiplies by a kernel and adds one offset per output. */
export function kernelAndBias(
  shape: readonly number[],
  fan: Fan,
  { bias, initialiser: name }: { readonly bias: boolean; readonly initialiser: InitialiserName },
): Weight[] {
  const kernel: Weight = {
    name: 'kernel',
    shape,
    init: initialiser(name, fan),
    role: 'parameter',
    decay: true,
  };
  const width = shape[shape.length - 1];
  const offset: Weight = {
    name: 'bias',
    shape: [width],
    init: { kind: 'zeros' },
    role: 'parameter',
    decay: false,
  };
  return bias ? [kernel, offset] : [kernel];
}
