import { AS_BEFORE, type AppendPart } from '../../engine/core/append.ts';
import { SPLITS, type Split } from '../../engine/core/dataset.ts';
import { toProblem, type Problem } from '../../engine/core/errors.ts';
import type {
  ImportRecord,
  ImportResult,
  JobProgress,
  Preview,
  SourceRequest,
} from '../../engine/process/protocol.ts';
import type { DatasetSummary, StudioApi } from '../../main/contract.ts';
import { SourcePicker } from './source-picker.svelte.ts';
import { tellAfterwards } from './told.ts';

type RowsApi = Pick<StudioApi, 'importRecord' | 'previewSource' | 'appendRows' | 'cancelJob'>;

/** Rows on their way into a data set: one instance per opening of the dialog. */
export class RowsToAdd {
  preview = $state.raw<Preview | null>(null);
  part = $state<AppendPart>(AS_BEFORE);
  /** How the first rows were divided, once it is known. */
  private before = $state.raw<ImportRecord | null>(null);
  name = $state('');
  busy = $state(false);
  problem = $state.raw<Problem | null>(null);
  progress = $state.raw<JobProgress | null>(null);
  result = $state.raw<ImportResult | null>(null);
  readonly picker = new SourcePicker((path) => this.look(path));
  readonly jobId = crypto.randomUUID();
  /** Nobody looks at it any more. */
  private left = false;
  private source: SourceRequest = { path: '' };
  private readonly api: RowsApi;
  private readonly dataset: DatasetSummary;

  constructor(api: RowsApi, dataset: DatasetSummary, name: string) {
    this.api = api;
    this.dataset = dataset;
    this.name = name;
  }

  get path(): string {
    return this.source.path;
  }

  get file(): string {
    return this.path.split(/[/\\]/).at(-1) || this.path;
  }

  /** Columns of the data set that the new rows lack. */
  get lacking(): readonly string[] {
    return this.preview ? this.lackingIn(this.preview) : [];
  }

  /** Columns of the new rows that nobody asks for. */
  get surplus(): readonly string[] {
    const wanted = new Set(this.dataset.schema.columns.map(({ name }) => name));
    return this.preview?.columns.map(({ name }) => name).filter((name) => !wanted.has(name)) ?? [];
  }

  /** How the first rows were divided, e.g. `at random`. */
  get dividedBefore(): string {
    const ways = this.preview?.splits ?? [];
    const way = ways.find(({ id }) => id === this.before?.split?.by) ?? ways[0];
    return way?.title.toLowerCase() ?? '';
  }

  get ready(): boolean {
    return this.preview !== null && this.lacking.length === 0 && this.name.trim() !== '' && !this.busy;
  }

  /** How many rows came to each part. */
  get added(): readonly { readonly part: Split; readonly rows: number }[] {
    const { result } = this;
    if (!result) return [];
    return SPLITS.map((part) => ({ part, rows: result.schema.rows[part] - this.dataset.schema.rows[part] }));
  }

  /** Rows may come in another file format than the first ones, but where they do not, they are read with the same options. */
  private async look(path: string): Promise<void> {
    this.problem = null;
    this.preview = null;
    const { jobId } = this;
    try {
      this.before = await this.api.importRecord(this.dataset.hash);
      const { format, options } = this.before;
      const asBefore = await this.api
        .previewSource({ jobId, path, format, options })
        .catch((error: unknown) => {
          if (toProblem(error).code === 'CANCELLED') throw error;
          return null;
        });
      const fits = asBefore !== null && this.lackingIn(asBefore).length === 0;
      const preview = fits ? asBefore : await this.api.previewSource({ jobId, path });
      this.source = { path, format: preview.format, options: preview.options };
      this.preview = preview;
    } catch (error) {
      this.fail(error);
    } finally {
      this.progress = null;
    }
  }

  private fail(error: unknown): void {
    const problem = toProblem(error);
    if (problem.code !== 'CANCELLED') this.problem = problem;
  }

  private lackingIn({ columns }: Preview): string[] {
    const there = new Set(columns.map(({ name }) => name));
    return this.dataset.schema.columns.map(({ name }) => name).filter((name) => !there.has(name));
  }

  /** Back to choosing a file. */
  another(): void {
    this.preview = null;
    this.problem = null;
  }

  async run(): Promise<void> {
    this.busy = true;
    this.problem = null;
    this.progress = null;
    const { jobId, source, part } = this;
    try {
      this.result = await this.api.appendRows(this.dataset.hash, {
        jobId,
        source,
        part,
        name: this.name.trim(),
      });
    } catch (error) {
      this.problem = toProblem(error);
    } finally {
      this.busy = false;
      this.progress = null;
      if (this.left) {
        this.picker.close();
        tellAfterwards(this.result, this.problem);
      }
    }
  }

  /** The dialog is closed. Rows that are being added are added without it. */
  leave(): void {
    this.left = true;
    if (this.busy) return;
    void this.cancel();
    this.picker.close();
  }

  async cancel(): Promise<void> {
    this.picker.cancel();
    if (this.busy || this.picker.looking) await this.api.cancelJob(this.jobId);
  }

  onProgress(progress: JobProgress): void {
    if (progress.jobId === this.jobId) this.progress = progress;
  }
}
