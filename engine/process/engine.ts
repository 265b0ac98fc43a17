import { Browser } from '../data/snapshots/browse.ts';
import type { ImportContext } from '../data/context.ts';
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
import type { CatalogEntry, EngineApi, EngineEvents } from './protocol.ts';
import type { Runs } from './runs.ts';

/** What main may ask, answered by the engine's parts. */
export function engineApi(
  devices: Devices,
  runs: Runs,
  inference: Inference,
  events: () => EngineEvents,
): EngineApi {
  const jobs = new Map<string, AbortController>();
  const browser = new Browser();
  /** Does what was asked for under an id, with progress, until it is cancelled. */
  const job = async <T>(jobId: string, work: (context: ImportContext) => Promise<T>): Promise<T> => {
    const controller = new AbortController();
    jobs.set(jobId, controller);
    try {
      return await work({
        signal: controller.signal,
        onProgress: (progress) => events().progress({ jobId, ...progress }),
      });
    } finally {
      jobs.delete(jobId);
    }
  };
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
    preview: ({ jobId, ...source }) => job(jobId, (context) => preview(source, context)),
    import: (request) => job(request.jobId, (context) => importDataset(request, context)),
    revise: (request) => job(request.jobId, (context) => reviseDataset(request, context)),
    append: (request) => job(request.jobId, (context) => appendRows(request, context)),
    importRecord: readImportRecord,
    browse: (request) => job(request.jobId, (context) => browser.browse(request, context)),
    sound: sourceSound,
    statistics: ({ jobId, dataset }) => job(jobId, (context) => statisticsOf(dataset, context)),
    modelInputs: (request) => inference.modelInputs(request),
    cancelJob: async (jobId) => jobs.get(jobId)?.abort(),
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
