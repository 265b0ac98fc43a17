import { importDataset } from '../data/import.ts';
import { formats } from '../data/open.ts';
import { preview } from '../data/preview.ts';
import { SAMPLE_PREFIX, samples } from '../data/sample.ts';
import { optimizers, schedules } from '../train/catalogue.ts';
import type { Devices } from './devices.ts';
import type { Inference } from './inference.ts';
import { listing } from './listing.ts';
import type { CatalogEntry, EngineApi, EngineEvents, ImportRequest, ImportResult } from './protocol.ts';
import type { Runs } from './runs.ts';

/** What main may ask, answered by the engine's parts. */
export function engineApi(
  devices: Devices,
  runs: Runs,
  inference: Inference,
  events: () => EngineEvents,
): EngineApi {
  const imports = new Map<string, AbortController>();
  const runImport = async (request: ImportRequest): Promise<ImportResult> => {
    const { jobId } = request;
    const controller = new AbortController();
    imports.set(jobId, controller);
    try {
      return await importDataset(request, {
        signal: controller.signal,
        onProgress: (progress) => events().progress({ jobId, ...progress }),
      });
    } finally {
      imports.delete(jobId);
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
    preview,
    import: runImport,
    cancelImport: async (jobId) => imports.get(jobId)?.abort(),
    listing: async (request) => listing(request, (await devices.get()).device),
    train: (request) => runs.start(request),
    pause: async (runId) => runs.control(runId).pause(),
    resume: async (runId) => runs.control(runId).resume(),
    stop: async (runId) => runs.control(runId).stop(),
    predict: (request) => inference.predict(request),
    generate: (request) => inference.generate(request),
    cancelGenerate: async (jobId) => inference.cancel(jobId),
  };
}

const catalogEntry = ({ id, title, doc, fields }: CatalogEntry): CatalogEntry => ({ id, title, doc, fields });
