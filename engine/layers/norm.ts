import { number } from '../core/fields.ts';
import type { Weight } from './layer.ts';

/** What normalisation layers share. */

export const epsilonField = number({
  label: 'Epsilon',
  help: 'Added to the variance, so that nothing is divided by 0.',
  default: 1e-5,
  min: 0,
  exclusiveMin: true,
  advanced: true,
});

export const normScale = (extent: number): Weight => ({
  name: 'scale',
  shape: [extent],
  init: { kind: 'constant', value: 1 },
  role: 'parameter',
  decay: false,
});

export const normOffset = (extent: number): Weight => ({
  name: 'offset',
  shape: [extent],
  init: { kind: 'zeros' },
  role: 'parameter',
  decay: false,
});
