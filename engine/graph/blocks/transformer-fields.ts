import { choice, int, number } from '../../core/fields.ts';

/** Settings that the blocks of a Transformer share. */
export const transformerFields = {
  dimensions: int({
    label: 'Dimensions',
    help: 'Channels of what goes in and comes out.',
    default: 64,
    min: 1,
  }),
  heads: int({ label: 'Heads', help: 'Weightings of each attention, side by side.', default: 4, min: 1 }),
  width: int({
    label: 'Feed-forward width',
    help: 'Units between the two dense layers; usually four times the dimensions.',
    default: 256,
    min: 1,
  }),
  activation: choice<'gelu' | 'relu'>({
    label: 'Activation',
    help: 'Between the two dense layers.',
    default: 'gelu',
    options: [
      { value: 'gelu', label: 'GELU' },
      { value: 'relu', label: 'ReLU' },
    ],
  }),
  dropout: number({
    label: 'Dropout',
    help: 'Share of the values that is hidden while training.',
    default: 0.1,
    min: 0,
    max: 1,
    exclusiveMax: true,
  }),
  norm: choice<'before' | 'after'>({
    label: 'Norm',
    help: 'Before each part, which trains more steadily, or after each sum, as in the first Transformer.',
    default: 'before',
    options: [
      { value: 'before', label: 'before (pre-norm)' },
      { value: 'after', label: 'after (post-norm)' },
    ],
  }),
};
