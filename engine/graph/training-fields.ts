import { choice, int, number } from '../core/fields.ts';
import { DEFAULT_TRAINING, type TrainingSettings } from './document.ts';

/** The numbers among a document's training settings, as forms show them. */

/** What every run is thought through for. */
export const RUN_FIELDS = {
  epochs: int({
    label: 'Epochs',
    help: 'How often training goes through all training rows.',
    default: DEFAULT_TRAINING.epochs,
    min: 1,
    max: 100_000,
  }),
  batchSize: int({
    label: 'Batch size',
    help: 'Rows per step. Larger is steadier, smaller is livelier.',
    default: DEFAULT_TRAINING.batchSize,
    min: 1,
    max: 65_536,
  }),
};

/** What most runs leave alone. */
export const REFINEMENT_FIELDS = {
  patience: int({
    label: 'Early stopping',
    help: 'Epochs without a lower validation loss after which training ends, with the best weights. 0 turns it off.',
    default: DEFAULT_TRAINING.patience,
    min: 0,
  }),
  averaging: number({
    label: 'Weight averaging',
    help: 'Share of the running mean of the weights that is kept at each step, e.g. 0.999; the mean is what is measured and kept. 0 turns it off.',
    default: DEFAULT_TRAINING.averaging,
    min: 0,
    max: 1,
    exclusiveMax: true,
  }),
  accumulation: int({
    label: 'Gradient accumulation',
    help: 'Batches whose mean gradient makes one update: as if batches were that much larger, in the memory of one.',
    default: DEFAULT_TRAINING.accumulation,
    min: 1,
    max: 65_536,
  }),
  l1: number({
    label: 'L1 penalty',
    help: 'Strength of Σ |w| over kernels, added to the loss: weights that do little become 0. 0 turns it off.',
    default: DEFAULT_TRAINING.l1,
    min: 0,
  }),
  l2: number({
    label: 'L2 penalty',
    help: 'Strength of ½ Σ w² over kernels, added to the loss. 0 turns it off.',
    default: DEFAULT_TRAINING.l2,
    min: 0,
  }),
  maxNorm: number({
    label: 'Max-norm',
    help: 'Longest vector of weights that may lead into one unit; longer ones are scaled down after each update. 0 turns it off.',
    default: DEFAULT_TRAINING.maxNorm,
    min: 0,
  }),
  clipNorm: number({
    label: 'Gradient clipping',
    help: 'Longest gradient that a step may follow; longer ones are scaled down. 0 turns it off.',
    default: DEFAULT_TRAINING.clipNorm,
    min: 0,
  }),
  precision: choice<TrainingSettings['precision']>({
    label: 'Precision',
    help: 'Mixed keeps what the backward pass needs in 16 bits: less memory, and nearly the same result.',
    default: DEFAULT_TRAINING.precision,
    options: [
      { value: 'f32', label: '32 bits' },
      { value: 'mixed', label: 'mixed, 16 bits kept' },
    ],
  }),
  buckets: int({
    label: 'Length buckets',
    help: 'Sequences of tokens are sorted by length into as many groups, and batches of short ones are computed short. 1 turns it off.',
    default: DEFAULT_TRAINING.buckets,
    min: 1,
    max: 32,
  }),
  padding: int({
    label: 'Padding index',
    help: 'Index that fills up short sequences; length buckets cut it off.',
    default: DEFAULT_TRAINING.padding,
    min: 0,
  }),
  seed: int({
    label: 'Seed',
    help: 'The same seed on the same device gives the same result.',
    default: DEFAULT_TRAINING.seed,
    min: 0,
    max: 0xffffffff,
  }),
};
