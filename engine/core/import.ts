import type { Shown } from './browse.ts';
import type { ColumnKind, ColumnRole, DatasetSchema, Split } from './dataset.ts';
import type { Problem } from './errors.ts';
import type { Field, Params } from './fields.ts';

/** What the wizard, main and the importer say to each other about bringing data in. Plain data. */

/** Options of a reader, as chosen in the wizard; each format validates its own with its fields. */
export interface SourceRequest {
  /** Absolute path of a file or a folder, or `sample:<id>` for a data set that ships with Strata. */
  readonly path: string;
  /** Reader id; recognised by content where absent. */
  readonly format?: string;
  readonly options?: Params;
}

/** A look at a source. */
export interface PreviewRequest extends SourceRequest {
  /** Tells progress where something must be read whole for it, and cancels. */
  readonly jobId: string;
}

export interface PreviewColumn {
  readonly name: string;
  readonly kind: ColumnKind;
  readonly role: ColumnRole;
  readonly missing: number;
  /** Settings of its kind that the content suggests. */
  readonly options: Params;
  /** Distinct values seen in the sample, at most 50, most frequent first. */
  readonly examples: readonly string[];
  readonly distinct: number;
}

/** A kind of column, as the wizard offers it. */
export interface KindChoice {
  readonly id: ColumnKind;
  readonly title: string;
  readonly doc: string;
  readonly fields: Readonly<Record<string, Field>>;
  /** Roles that a column of this kind can have, beside being ignored. */
  readonly roles: readonly ColumnRole[];
  /** True where the source decides: its values cannot be read as anything else, nor others as these. */
  readonly fixed: boolean;
}

/** The kind itself where a column of it can have the role, else the first one that can be read from anything and has it. */
export function kindForRole<K extends Pick<KindChoice, 'roles' | 'fixed'>>(
  kinds: readonly K[],
  kind: K,
  role: ColumnRole,
): K {
  if (role === 'ignore' || kind.fixed || kind.roles.includes(role)) return kind;
  return kinds.find(({ roles, fixed }) => !fixed && roles.includes(role)) ?? kind;
}

export interface Preview {
  readonly format: string;
  readonly formatTitle: string;
  /** Why the format and its options were chosen, one sentence each. */
  readonly reasons: readonly string[];
  /** Effective options after detection; `fields` describes them. */
  readonly options: Params;
  readonly fields: Readonly<Record<string, Field>>;
  readonly columns: readonly PreviewColumn[];
  /** What a column can be read as. */
  readonly kinds: readonly KindChoice[];
  /** How rows can be divided, the one that is taken by itself first. */
  readonly splits: readonly SplitWay[];
  readonly checks: readonly CheckSummary[];
  /** First rows as text, and what text cannot tell: images with their boxes. */
  readonly rows: readonly (readonly (string | Shown)[])[];
  /** Exact where known without reading everything, else null. */
  readonly totalRows: number | null;
  /** About how many there are, by the length of the first ones, where `totalRows` is not known. */
  readonly estimatedRows?: number;
  readonly bytes: number;
  readonly warnings: readonly Problem[];
  /** Where the rows look like a series. */
  readonly windows?: WindowProposal;
}

export type MissingPolicy = 'fill' | 'drop-row' | 'error';

export interface ColumnChoice {
  readonly name: string;
  readonly role: ColumnRole;
  readonly kind: ColumnKind;
  /** Settings of the kind; its defaults where absent. */
  readonly options?: Params;
}

/** How rows are divided into parts: `by` names a record of `data/splits`, the rest are its options, its defaults where absent. */
export type SplitChoice = Params & { readonly by?: string };

/** Something that data are looked at for after the import. */
export interface CheckSummary {
  readonly title: string;
  readonly doc: string;
}

/** A way of dividing rows, as the wizard offers it. */
export interface SplitWay {
  readonly id: string;
  readonly title: string;
  readonly doc: string;
  readonly fields: Readonly<Record<string, Field>>;
  /** Role of the column that it needs. */
  readonly needs?: ColumnRole;
}

/**
 * Rows of a table as steps of a series: what the data set holds is windows of `length` steps, and the `horizon` steps after each as what is
 * to be predicted. A target column is an input, too: its own past.
 */
export interface WindowChoice {
  /** Column that puts the steps in order. */
  readonly time: string;
  /** Column that tells several series apart; windows keep to one. */
  readonly group?: string;
  readonly length: number;
  readonly horizon: number;
  /** Steps from the beginning of one window to that of the next. */
  readonly stride: number;
  /** Columns whose values are known before their time, such as holidays: a model is given them over the horizon, too. The time can be one. */
  readonly ahead?: readonly string[];
  /** What missing numbers of inputs become; the value before where absent. */
  readonly fill?: WindowFill;
  /** Steps that may be missing between two rows of a window; windows across a wider gap are left out. Any number where absent. */
  readonly maxGap?: number;
}

export const WINDOW_FILLS = ['previous', 'linear'] as const;
export type WindowFill = (typeof WINDOW_FILLS)[number];

/** Windows that the rows suggest, with the roles and kinds that columns would have in them. */
export interface WindowProposal extends WindowChoice {
  readonly columns: readonly ColumnChoice[];
  /** Why, in one sentence. */
  readonly reason: string;
}

export interface ImportRequest {
  readonly jobId: string;
  readonly source: SourceRequest;
  readonly name: string;
  /** Columns that differ from the preview's proposal; the others keep it. */
  readonly columns: readonly ColumnChoice[];
  readonly missing: MissingPolicy;
  readonly normalise: boolean;
  /** With windows the split is by time: seed and stratification do not count. */
  readonly split: SplitChoice;
  /** Where the rows are a series that windows are to be cut from. */
  readonly windows?: WindowChoice;
  /** Bad rows or files (ragged, corrupt): leave them out and report them, or stop at the first. */
  readonly onBadRow: 'skip' | 'stop';
  /** Folder that holds snapshots; the engine makes `<folder>/<hash>` and leaves nothing else behind. */
  readonly folder: string;
}

export interface ImportResult {
  readonly hash: string;
  readonly folder: string;
  readonly schema: DatasetSchema;
  readonly bytes: number;
  /** Rows or files that were left out, at most the first 100, with the total. */
  readonly skipped: readonly Problem[];
  readonly skippedTotal: number;
  /** What is worth knowing though it was imported. */
  readonly warnings: readonly Problem[];
}

/** What is kept of an import beside its snapshot. */
export interface ImportRecord {
  readonly source: string;
  readonly format: string;
  /** Options that the source was read with. */
  readonly options?: Params;
  /** Columns that were not left as they were proposed. */
  readonly columns?: readonly ColumnChoice[];
  /** How the rows were divided that the source names no part of. */
  readonly split?: SplitChoice;
  /** The parts, beside training, that the source names: nothing else came to them. */
  readonly named?: readonly Split[];
  /** Rows or files that were left out, the first ones, with the total. */
  readonly skipped: readonly Problem[];
  readonly skippedTotal: number;
  /** Those of them without a target. Not known of data sets of before. */
  readonly targetless?: number;
  readonly warnings: readonly Problem[];
}

export interface JobProgress {
  readonly jobId: string;
  /** e.g. "Reading rows", "Fitting statistics", "Writing". */
  readonly stage: string;
  readonly done: number;
  /** null where the total is unknown. */
  readonly total: number | null;
  /** How fast a source is read, where that is known. */
  readonly bytesPerSecond?: number;
  /** How long the stage will still take, where that is known. */
  readonly secondsLeft?: number;
}
