import type { DatasetSummary, RunningImport, SampleSummary, StudioApi } from '../../main/contract.ts';

type DatasetsApi = Pick<StudioApi, 'listDatasets' | 'listSamples' | 'resolveDataset' | 'runningImports'>;

/** The imported data sets and the samples that ship with Strata. */
export class DatasetsState {
  datasets = $state.raw<readonly DatasetSummary[]>([]);
  /** True once it is known which there are. */
  loaded = $state(false);
  samples = $state.raw<readonly SampleSummary[]>([]);
  /** What is on its way to become a data set. */
  running = $state.raw<readonly RunningImport[]>([]);
  private readonly api: DatasetsApi;

  constructor(api: DatasetsApi) {
    this.api = api;
  }

  async load(): Promise<void> {
    // Samples are the engine's, which may be starting; what is on this machine need not wait for it.
    const samples = this.api.listSamples();
    samples.catch(() => {}); // Told below.
    [this.datasets, this.running] = await Promise.all([this.api.listDatasets(), this.api.runningImports()]);
    this.loaded = true;
    this.samples = await samples;
  }

  /** The data set a document refers to, imported now if it is a sample nobody used yet. */
  async resolve(reference: string): Promise<DatasetSummary | null> {
    const known = this.datasets.find((dataset) => dataset.hash === reference);
    if (known) return known;
    const resolved = await this.api.resolveDataset(reference);
    if (resolved && !this.datasets.some((dataset) => dataset.hash === resolved.hash)) await this.load();
    return resolved;
  }
}
