import type { Split } from '../../engine/core/dataset.ts';
import { toProblem, type Problem } from '../../engine/core/errors.ts';
import type { BrowsedRow, JobProgress, RowFilter, RowOrder } from '../../engine/process/protocol.ts';
import type { StudioApi } from '../../main/contract.ts';

type BrowseApi = Pick<StudioApi, 'browseRows' | 'cancelJob'>;

/** Which rows are looked at, and which of their columns. */
export interface RowQuery {
  readonly dataset: string;
  readonly split: Split;
  readonly columns: readonly string[];
  readonly filters: readonly RowFilter[];
  readonly order: RowOrder | null;
}

const PAGE_ROWS = 50;
/** Pages that are kept; the ones that were loaded first are forgotten. */
const KEPT_PAGES = 40;
/** Longest side of a picture in the table, in pixels, and points of a curve. */
const CELL_SIZE = 96;

/** The rows that a query finds, loaded page by page as they come into view. One instance for each query. */
export class RowPages {
  /** Rows that pass the filters; null until the engine has told. */
  total = $state.raw<number | null>(null);
  progress = $state.raw<JobProgress | null>(null);
  problem = $state.raw<Problem | null>(null);
  private pages = $state.raw<ReadonlyMap<number, readonly BrowsedRow[]>>(new Map());
  private readonly api: BrowseApi;
  private readonly query: RowQuery;
  private readonly jobId = crypto.randomUUID();
  private loading = false;
  private closed = false;
  private wanted: readonly number[] = [0];

  constructor(api: BrowseApi, query: RowQuery) {
    this.api = api;
    this.query = query;
    void this.load();
  }

  rowAt(index: number): BrowsedRow | undefined {
    return this.pages.get(Math.floor(index / PAGE_ROWS))?.[index % PAGE_ROWS];
  }

  /** Rows `[first, end)` are in view. */
  show(first: number, end: number): void {
    const [from, to] = [Math.floor(first / PAGE_ROWS), Math.floor(Math.max(first, end - 1) / PAGE_ROWS)];
    this.wanted = Array.from({ length: to - from + 1 }, (_, at) => from + at);
    void this.load();
  }

  onProgress(progress: JobProgress): void {
    if (progress.jobId === this.jobId && this.total === null) this.progress = progress;
  }

  /** Nobody looks at these rows any more. */
  close(): void {
    this.closed = true;
    if (this.loading) this.api.cancelJob(this.jobId).catch(() => {}); // Its answer is not waited for.
  }

  /** One page at a time, always one that is in view now: what was scrolled past is never loaded. */
  private async load(): Promise<void> {
    if (this.loading) return;
    this.loading = true;
    for (;;) {
      const page = this.wanted.find((number) => !this.pages.has(number));
      if (page === undefined || this.closed || this.problem) break;
      await this.loadPage(page);
    }
    this.loading = false;
  }

  private async loadPage(page: number): Promise<void> {
    const { dataset, order, ...query } = this.query;
    const part = { start: page * PAGE_ROWS, count: PAGE_ROWS, size: CELL_SIZE };
    try {
      const { rows, total } = await this.api.browseRows(dataset, {
        jobId: this.jobId,
        ...query,
        ...(order && { order }),
        ...part,
      });
      this.pages = new Map([...[...this.pages].slice(1 - KEPT_PAGES), [page, rows]]);
      this.total = total;
    } catch (error) {
      if (!this.closed) this.problem = toProblem(error);
    }
  }
}
