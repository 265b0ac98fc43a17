import { Browser } from '../data/snapshots/browse.ts';
import { importDataset } from '../data/import.ts';
import { readImportRecord } from '../data/snapshots/import-record.ts';
import { formats } from '../data/open.ts';
import { preview } from '../data/preview.ts';
import { appendRows } from '../data/snapshots/append.ts';
import { reviseDataset } from '../data/snapshots/revise.ts';
import { sourceSound } from '../data/sounds/source-sound.ts';
import { SAMPLE_PREFIX, samples } from '../data/sources/sample.ts';
import { statisticsOf } from '../data/snapshots/statistics.ts';
import { optimizers, schedules } from '../train/catalogue.ts';
import type { Devices } from './devices.ts';
import type { Inference } from './inference.ts';
import { listing } from './listing.ts';
import type { Jobs } from './jobs.ts';
import type { CatalogEntry, EngineApi } from './protocol.ts';
import type { Runs } from './runs.ts';

/** What main may ask, answered by the engine's parts. */
export function engineApi(devices: Devices, runs: Runs, inference: Inference, jobs: Jobs): EngineApi {
  const browser = new Browser();
  return {
    device: async () => (await devices.get()).device,
    trainingCatalog: async () => ({
      optimizers: optimizers.map(catalogEntry),
      schedules: schedules.map(catalogEntry),
    }),
    formats: async () => formats.map(catalogEntry),
    samples: async () =>
      samples.map(({ id, title, description, rows }) => ({
        reference: `${SAMPLE_PREFIX}${id}`,
        title,
        description,
        rows,
      })),
    preview: ({ jobId, ...source }) => jobs.run(jobId, (context) => preview(source, context)),
    import: (request) => jobs.run(request.jobId, (context) => importDataset(request, context)),
    revise: (request) => jobs.run(request.jobId, (context) => reviseDataset(request, context)),
    append: (request) => jobs.run(request.jobId, (context) => appendRows(request, context)),
    importRecord: readImportRecord,
    browse: (request) => jobs.run(request.jobId, (context) => browser.browse(request, context)),
    sound: sourceSound,
    statistics: ({ jobId, dataset }) => jobs.run(jobId, (context) => statisticsOf(dataset, context)),
    modelInputs: (request) => inference.modelInputs(request),
    cancelJob: async (jobId) => jobs.cancel(jobId),
    listing: async (request) => listing(request, (await devices.get()).device),
    train: async (request) => {
      await inference.release();
      await runs.start(request);
    },
    pause: async (runId) => runs.control(runId).pause(),
    resume: async (runId) => runs.control(runId).resume(),
    stop: async (runId) => runs.control(runId).stop(),
    release: () => inference.release(),
    predict: (request) => inference.predict(request),
    generate: (request) => inference.generate(request),
    cancelGenerate: async (jobId) => inference.cancel(jobId),
  };
}

const catalogEntry = ({ id, title, doc, fields }: CatalogEntry): CatalogEntry => ({ id, title, doc, fields });
