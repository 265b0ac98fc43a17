import type { WindowFill } from './import.ts';
import type { DType } from './dtype.ts';
import type { Params } from './fields.ts';

/**
 * What a data set is to everything but the importer: its columns, what a model sees of each, and its
 * splits. Stored as `schema.json` inside a snapshot folder, kept by the store, read by graphs for shapes.
 */
export const SPLITS = ['train', 'validation', 'test'] as const;
export type Split = (typeof SPLITS)[number];

/**
 * What a column is for. A model is given inputs and targets, and the weights of rows count in its loss. Ids, groups and times are kept with
 * their rows, for people to read and for splits; no model sees them. A column `split` names each row's part and is not kept.
 */
export const ROLES = ['input', 'target', 'id', 'group', 'time', 'weight', 'split', 'ignore'] as const;
export type ColumnRole = (typeof ROLES)[number];
/** Roles of columns that are part of what is computed. */
export type BoundRole = 'input' | 'target' | 'weight';
/** Id of a record of `data/kinds`; everything a model needs to know of a column stands in its other fields. */
export type ColumnKind = string;

/** Per-feature map fitted on the training split: model value = (stored value - offset) * scale, or (ln(1 + stored value) - offset) * scale. */
export interface Affine {
  /** One entry per trailing feature (channel of an image, 1 for a number); broadcast over the rest. */
  readonly offset: readonly number[];
  readonly scale: readonly number[];
  /** Features of which ln(1 + value) is taken first; none where absent. */
  readonly log1p?: readonly boolean[];
}

export interface NumberStatistics {
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly standardDeviation: number;
}

export interface TextTokens {
  /** Id of the tokenizer. */
  readonly tokenizer: string;
  readonly lowerCase: boolean;
  /** What the tokenizer needs beside the column's `classes`, e.g. the content of a tokenizer.json. */
  readonly definition?: object;
}

/** What a model may see of a date. */
export type DateFeature = 'elapsed' | 'hour' | 'weekday' | 'dayOfMonth' | 'month' | 'dayOfYear';

export interface DateEncoding {
  /** How dates are read where they leave it open. */
  readonly dayFirst: boolean;
  readonly numbers: 'order' | 'seconds' | 'milliseconds' | 'digits';
  readonly features: readonly DateFeature[];
  /** First and last date of the training part, in milliseconds since 1970. */
  readonly from: number;
  readonly to: number;
}

/** How a signal becomes a spectrogram. */
export interface LogMelSettings {
  /** Samples per second. */
  readonly rate: number;
  /** Samples of a window, a power of 2. */
  readonly window: number;
  /** Samples from one window to the next. */
  readonly hop: number;
  /** Bands of the mel scale. */
  readonly bands: number;
}

export interface Column {
  readonly name: string;
  readonly role: ColumnRole;
  readonly kind: ColumnKind;
  /** Storage type of the column's shard files: f32 for numbers and tensors, i32 for indices, u8 for images. */
  readonly dtype: DType;
  /** Shape of one row's value as stored: `[]` for numbers and categories, `[length]` for tokens, `[features]` for dates, `[length, features]` for windows of a series and sequences, `[height, width, channels]` for images. */
  readonly shape: readonly number[];
  /** Names of the indices, for categories, tokens and boxes: index = stored value. */
  readonly classes?: readonly string[];
  /** Texts only: how they become tokens. */
  readonly tokens?: TextTokens;
  /** Dates only: how they become numbers. */
  readonly date?: DateEncoding;
  /** Numbers only: how texts set thousands apart and begin fractions; plain where absent. */
  readonly notation?: 'point' | 'comma';
  /** Sounds only, where they are stored as spectrograms. */
  readonly sound?: LogMelSettings;
  /** Rows per class for categories, boxes per class for boxes; over all splits, same order as `classes`. */
  readonly counts?: readonly number[];
  /** Categories only: index of the class that stands for rare ones, and for those that come up later. */
  readonly other?: number;
  /** How stored real numbers become what the model sees. Identity where absent. */
  readonly normalisation?: Affine;
  /**
   * Targets of real numbers only: how a loss brings them to mean 0 and deviation 1. What a model predicts is brought back, so that metrics
   * and predictions are in the target's own units.
   */
  readonly scaling?: Affine;
  /** Numbers only, over the training split before normalisation. */
  readonly statistics?: NumberStatistics;
  /** In windows, columns of the steps that follow, targets and inputs that are known ahead: the input column that they go on. */
  readonly follows?: string;
  /** Stored value of a cell that is missing, one number for all of it or one each. Where absent, a row needs a value. */
  readonly filler?: readonly number[];
  /** Rows whose value was missing and filled in. */
  readonly missing: number;
  /** True where the data set keeps which rows these are. */
  readonly missingMask?: true;
  /** Inputs of numbers and categories only: a model is told, too, whether the value was missing, as one more feature, 1 or 0. */
  readonly missingIndicator?: true;
}

/** How rows of a table became windows. */
export interface WindowSchema {
  /** The column that put the steps in order, and how it was read. */
  readonly time: { readonly name: string; readonly kind: ColumnKind; readonly options: Params };
  readonly group?: string;
  readonly length: number;
  readonly horizon: number;
  readonly stride: number;
  /** Steps that may be missing between two rows of a window; any number where absent. */
  readonly maxGap?: number;
  /** What most steps take, in words: a month, 15 minutes. */
  readonly step?: string;
  /** The same to count with. Data sets in which nothing is known ahead may lack it. */
  readonly every?: Step;
  /** What missing numbers became; the value before where absent. */
  readonly fill?: WindowFill;
}

/** The distance of the rows of a series. Months are counted, since they are not equally long. */
export interface Step {
  readonly unit: 'month' | 'millisecond';
  readonly count: number;
}

export interface DatasetSchema {
  readonly version: 1;
  readonly name: string;
  readonly columns: readonly Column[];
  readonly rows: Readonly<Record<Split, number>>;
  /** Where each row is a window of a series. */
  readonly windows?: WindowSchema;
  /** How much of each sequence is looked at. A data set on disk has none: all of it is. */
  readonly cut?: Cut;
}

/** Positions at which sequences of indices end, by the length that they are stored with. */
export type Cut = Readonly<Record<number, number>>;
