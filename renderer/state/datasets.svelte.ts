import type { DatasetSummary, SampleSummary, StudioApi } from '../../main/contract.ts';

type DatasetsApi = Pick<StudioApi, 'listDatasets' | 'listSamples' | 'resolveDataset'>;

/** The imported data sets and the samples that ship with Strata. */
export class DatasetsState {
  datasets = $state.raw<readonly DatasetSummary[]>([]);
  samples = $state.raw<readonly SampleSummary[]>([]);
  private readonly api: DatasetsApi;

  constructor(api: DatasetsApi) {
    this.api = api;
  }

  async load(): Promise<void> {
    // Samples are the engine's, which may be starting; what is on this machine need not wait for it.
    const samples = this.api.listSamples();
    samples.catch(() => {}); // Told below.
    this.datasets = await this.api.listDatasets();
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
