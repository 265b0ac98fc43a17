import { ROLES, type ColumnKind, type ColumnRole } from '../../engine/core/dataset.ts';
import { toProblem, type Problem } from '../../engine/core/errors.ts';
import { parseParams, type Params } from '../../engine/core/fields.ts';
import { kindForRole } from '../../engine/core/import.ts';
import { sourceName } from '../../engine/core/source-name.ts';
import type {
  ColumnChoice,
  ImportResult,
  JobProgress,
  KindChoice,
  MissingPolicy,
  Preview,
  PreviewColumn,
  SplitChoice,
  SplitWay,
} from '../../engine/process/protocol.ts';
import type { StudioApi } from '../../main/contract.ts';
import { SourcePicker } from './source-picker.svelte.ts';
import { tellAfterwards } from './told.ts';
import { WindowSettings } from './window-settings.svelte.ts';

export const STEPS = ['pick', 'preview', 'columns', 'split', 'import'] as const;
export type Step = (typeof STEPS)[number];

export const STEP_TITLES: Readonly<Record<Step, string>> = {
  pick: 'Choose',
  preview: 'Preview',
  columns: 'Columns',
  split: 'Split',
  import: 'Import',
};

export const ROLE_TITLES: Readonly<Record<ColumnRole, string>> = {
  input: 'Input',
  target: 'Target',
  id: 'Id',
  group: 'Group',
  time: 'Time',
  weight: 'Weight',
  split: 'Split',
  ignore: 'Ignore',
};

type WizardApi = Pick<StudioApi, 'previewSource' | 'importDataset' | 'cancelJob'>;

/** What the import wizard knows: one instance per opening of the dialog. */
export class ImportWizard {
  step = $state<Step>('pick');
  path = $state('');
  preview = $state.raw<Preview | null>(null);
  /** Columns as the person wants them; starts as the preview's proposal. */
  columns = $state.raw<readonly ColumnChoice[]>([]);
  name = $state('');
  missing = $state<MissingPolicy>('fill');
  normalise = $state(true);
  onBadRow = $state<'skip' | 'stop'>('skip');
  /** The chosen way of dividing rows, with its options; the first one where it is not possible any more. */
  private split = $state.raw<SplitChoice>({});
  busy = $state(false);
  problem = $state.raw<Problem | null>(null);
  progress = $state.raw<JobProgress | null>(null);
  result = $state.raw<ImportResult | null>(null);

  /** Nobody looks at it any more. */
  private left = false;

  readonly windows = new WindowSettings();
  readonly jobId = crypto.randomUUID();
  readonly picker = new SourcePicker((path) => this.choose(path));
  private readonly api: WizardApi;
  /** Job of the newest preview: an older one is not waited for. */
  private looking = '';

  constructor(api: WizardApi) {
    this.api = api;
  }

  get targets(): readonly ColumnChoice[] {
    return this.columns.filter((column) => column.role === 'target');
  }

  get inputs(): readonly ColumnChoice[] {
    return this.columns.filter((column) => column.role === 'input');
  }

  /** How rows can be divided with these columns. */
  get ways(): readonly SplitWay[] {
    const ways = this.preview?.splits ?? [];
    if (this.windows.counts) return ways.filter(({ needs }) => needs === 'time');
    const roles = new Set(this.columns.map(({ role }) => role));
    return ways.filter(({ needs }) => !needs || roles.has(needs));
  }

  get way(): SplitWay | undefined {
    return this.ways.find(({ id }) => id === this.split.by) ?? this.ways[0];
  }

  /** Options of the chosen way. */
  get splitOptions(): Params {
    const { by: _, ...options } = this.split;
    const fields = this.way?.fields ?? {};
    return Object.fromEntries(Object.entries(options).filter(([name]) => name in fields));
  }

  setWay(by: string): void {
    this.split = { ...this.split, by };
  }

  setSplitOption(name: string, value: unknown): void {
    this.split = { ...this.split, [name]: value };
  }

  /** Shares of the rows for validation and test, as they are wanted. */
  get shares(): { readonly validation: number; readonly test: number } {
    const { params } = parseParams(this.way?.fields ?? {}, this.splitOptions);
    return { validation: Number(params.validation ?? 0), test: Number(params.test ?? 0) };
  }

  private get splitProblem(): string | null {
    const { problems } = parseParams(this.way?.fields ?? {}, this.splitOptions);
    if (problems.length > 0) return problems[0].message;
    const { validation, test } = this.shares;
    return validation + test > 0.9 ? 'Leave at least 10 % of the rows for training.' : null;
  }

  private get columnsMissing(): string | null {
    if (this.windows.counts) {
      const missing = (['time', 'target'] as const).find((role) => !this.named(role));
      if (missing) return `Give a column the role ${ROLE_TITLES[missing]}: windows need it.`;
    } else if (this.inputs.length === 0) return 'Give at least one column the role Input.';
    const several = (['time', 'weight', 'split'] as const).find(
      (wanted) => this.columns.filter(({ role }) => role === wanted).length > 1,
    );
    return several ? `Give only one column the role ${ROLE_TITLES[several]}.` : null;
  }

  /** Column with a role. */
  private named(role: ColumnRole): string | undefined {
    return this.columns.find((column) => column.role === role)?.name;
  }

  /** True where some column tells the time. */
  get canBeSeries(): boolean {
    return this.preview?.windows !== undefined || this.named('time') !== undefined;
  }

  /** Columns have the roles that the rows suggest for it. */
  setWindowed(windowed: boolean): void {
    const proposed = this.preview?.windows;
    this.windows.begin(windowed, proposed);
    const choices = (windowed && proposed?.columns) || this.preview?.columns || [];
    this.columns = choices.map(({ name, role, kind, options }) => ({ name, role, kind, options }));
  }

  /** Why the wizard cannot go on from the current step, or null where it can. */
  get blocked(): string | null {
    switch (this.step) {
      case 'pick':
        return this.path === '' ? 'Choose a file or a folder first.' : null;
      case 'preview':
        return this.preview ? null : 'There is no preview yet.';
      case 'columns':
        return this.columnsMissing;
      case 'split':
        return this.splitProblem ?? (this.name.trim() === '' ? 'Give the data set a name.' : null);
      case 'import':
        return null;
    }
  }

  private async choose(path: string): Promise<void> {
    this.path = path;
    this.name = sourceName(path);
    await this.loadPreview(undefined);
    if (this.preview) this.step = 'preview';
  }

  /** Reads the preview again with other reader options, e.g. another delimiter. */
  async loadPreview(options: Params | undefined): Promise<void> {
    if (this.busy) void this.api.cancelJob(this.looking);
    const jobId = crypto.randomUUID();
    this.looking = jobId;
    this.busy = true;
    this.problem = null;
    try {
      const format = options ? this.preview?.format : undefined;
      const preview = await this.api.previewSource({ jobId, path: this.path, format, options });
      if (jobId !== this.looking) return;
      this.preview = preview;
      this.setWindowed(preview.windows !== undefined);
    } catch (error) {
      if (jobId !== this.looking) return;
      this.fail(error);
      if (!options) this.preview = null;
    } finally {
      if (jobId === this.looking) this.rest();
    }
  }

  /** A role may need another kind: an id is no number. */
  setRole(name: string, role: ColumnRole): void {
    const column = this.columns.find((candidate) => candidate.name === name);
    const kinds = this.preview?.kinds ?? [];
    const ofId = (id?: string) => kinds.find((kind) => kind.id === id);
    const current = ofId(column?.kind);
    const proposed = ofId(this.proposal(name)?.kind);
    if (!column || !current) return;
    const { id } = kindForRole(proposed ? [proposed, ...kinds] : kinds, current, role);
    const { options } = id === column.kind ? column : { options: {} };
    this.columns = this.columns.map((other) =>
      other === column ? { name, role, kind: id, options } : other,
    );
  }

  /** Settings of another kind mean nothing to this one. */
  setKind(name: string, kind: ColumnKind): void {
    this.columns = this.columns.map((column) =>
      column.name === name ? { ...column, kind, options: {} } : column,
    );
  }

  setOption(name: string, field: string, value: unknown): void {
    this.columns = this.columns.map((column) =>
      column.name === name ? { ...column, options: { ...column.options, [field]: value } } : column,
    );
  }

  /** What a column can be read as in its role. */
  kindsOf(column: ColumnChoice): readonly KindChoice[] {
    const { role } = column;
    return this.readable(column.name).filter(({ roles }) => role === 'ignore' || roles.includes(role));
  }

  /** What a column can be for. */
  rolesOf({ name }: ColumnChoice): readonly ColumnRole[] {
    const kinds = this.readable(name);
    return ROLES.filter((role) => role === 'ignore' || kinds.some(({ roles }) => roles.includes(role)));
  }

  private readable(name: string): readonly KindChoice[] {
    const kinds = this.preview?.kinds ?? [];
    const proposed = this.proposal(name)?.kind;
    const fixed = kinds.find(({ id }) => id === proposed)?.fixed;
    return kinds.filter((kind) => (fixed ? kind.id === proposed : !kind.fixed));
  }

  private proposal(name: string): PreviewColumn | undefined {
    return this.preview?.columns.find((column) => column.name === name);
  }

  next(): void {
    const following = STEPS[STEPS.indexOf(this.step) + 1];
    if (this.blocked === null && following) this.step = following;
  }

  back(): void {
    const previous = STEPS[STEPS.indexOf(this.step) - 1];
    if (previous && !this.busy) this.step = previous;
    this.problem = null;
  }

  async run(): Promise<void> {
    if (!this.preview || this.busy) return;
    this.busy = true;
    this.problem = null;
    this.progress = null;
    try {
      this.result = await this.api.importDataset({
        jobId: this.jobId,
        source: { path: this.path, format: this.preview.format, options: this.preview.options },
        name: this.name.trim(),
        columns: this.columns,
        missing: this.missing,
        normalise: this.normalise,
        onBadRow: this.onBadRow,
        windows: this.windows.choice(this.columns),
        split: { by: this.way?.id, ...this.splitOptions },
      });
    } catch (error) {
      this.problem = toProblem(error);
    } finally {
      this.rest();
      if (this.left) {
        this.picker.close();
        tellAfterwards(this.result, this.problem);
      }
    }
  }

  private fail(error: unknown): void {
    const problem = toProblem(error);
    if (problem.code !== 'CANCELLED') this.problem = problem;
  }

  private rest(): void {
    this.busy = false;
    this.progress = null;
  }

  /** The dialog is closed. An import goes on without it. */
  leave(): void {
    this.left = true;
    if (this.busy && this.step === 'import') return;
    void this.cancel();
    this.picker.close();
  }

  /** Back to the columns, to import in another way. */
  again(): void {
    this.result = null;
    this.step = 'columns';
  }

  async cancel(): Promise<void> {
    this.picker.cancel();
    if (this.busy) await this.api.cancelJob(this.step === 'import' ? this.jobId : this.looking);
  }

  onProgress(progress: JobProgress): void {
    if (progress.jobId === (this.step === 'import' ? this.jobId : this.looking)) this.progress = progress;
  }
}
