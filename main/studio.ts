import type { StrataApp } from './app.ts';
import { parseDocument } from '../engine/graph/parse.ts';
import type { StudioApi } from './contract.ts';
import { listDirectory, readDocument } from './services/files.ts';

/** The contract with the renderer, on top of the services. Documents that come in are checked here. */
export function studioApi(app: StrataApp): StudioApi {
  return { ...hostPart(app), ...projectPart(app), ...dataPart(app), ...runPart(app), ...usePart(app) };
}

type HostPart = 'host' | 'engine' | 'trainingCatalog' | 'getSettings' | 'setSetting';

function hostPart({ host, home, version, engine, settings }: StrataApp): Pick<StudioApi, HostPart> {
  return {
    host: async () => ({
      kind: host.kind,
      version,
      platform: process.platform,
      home: home.folder,
      dialogs: host.dialogs,
    }),
    engine: async () => engine.status,
    trainingCatalog: () => engine.api.trainingCatalog(),
    getSettings: async () => settings.all(),
    setSetting: async (key, value) => settings.set(key, value),
  };
}

type ProjectPart =
  | 'listProjects'
  | 'createProject'
  | 'openProject'
  | 'saveRevision'
  | 'listRevisions'
  | 'openRevision'
  | 'renameProject'
  | 'deleteProject'
  | 'parseDocument'
  | 'openFile'
  | 'listTemplates';

function projectPart({ projects, runs, templates }: StrataApp): Pick<StudioApi, ProjectPart> {
  return {
    listProjects: async () => projects.list(),
    createProject: async (document) => projects.create(parseDocument(document)),
    openProject: async (id) => projects.open(id),
    saveRevision: async (id, document, base) => ({
      revision: projects.save(id, parseDocument(document), base),
    }),
    listRevisions: async (id) => projects.revisions(id),
    openRevision: async (id, revision) => projects.revision(id, revision),
    renameProject: async (id, name) => projects.rename(id, name),
    deleteProject: (id) => runs.deleteProject(id),
    parseDocument: async (text) => parseDocument(text),
    openFile: async (path) => projects.create(await readDocument(path)),
    listTemplates: () => templates.list(),
  };
}

type DataPart =
  | 'listSamples'
  | 'listDatasets'
  | 'resolveDataset'
  | 'previewSource'
  | 'importDataset'
  | 'runningImports'
  | 'browseRows'
  | 'datasetStatistics'
  | 'sound'
  | 'modelInputs'
  | 'cancelJob'
  | 'reviseDataset'
  | 'appendRows'
  | 'renameDataset'
  | 'deleteDataset'
  | 'importRecord'
  | 'chooseSource'
  | 'listDirectory';

function dataPart({ host, engine, datasets }: StrataApp): Pick<StudioApi, DataPart> {
  return {
    listSamples: () => datasets.listSamples(),
    listDatasets: async () => datasets.list(),
    resolveDataset: (reference) => datasets.resolve(reference),
    previewSource: (request) => engine.api.preview(request),
    importDataset: (request) => datasets.import(request),
    runningImports: async () => datasets.running(),
    browseRows: (hash, request) => datasets.browse(hash, request),
    datasetStatistics: (hash, jobId) => datasets.statistics(hash, jobId),
    sound: (hash, request) => datasets.sound(hash, request),
    modelInputs: (hash, request) => datasets.modelInputs(hash, request),
    cancelJob: (jobId) => engine.api.cancelJob(jobId),
    reviseDataset: (hash, request) => datasets.revise(hash, request),
    appendRows: (hash, request) => datasets.append(hash, request),
    renameDataset: async (hash, name) => datasets.rename(hash, name),
    importRecord: (hash) => datasets.importRecord(hash),
    deleteDataset: (hash) => datasets.delete(hash),
    chooseSource: (kind) => host.chooseSource(kind),
    listDirectory: (path) => listDirectory(path),
  };
}

type RunPart =
  'startRun' | 'pauseRun' | 'resumeRun' | 'stopRun' | 'listRuns' | 'getRun' | 'runMetrics' | 'deleteRun';

function runPart({ runs, settings }: StrataApp): Pick<StudioApi, RunPart> {
  return {
    startRun: (projectId) => runs.start(projectId, { autotune: settings.all().autotune === true }),
    pauseRun: (id) => runs.pause(id),
    resumeRun: (id) => runs.resume(id),
    stopRun: (id) => runs.stop(id),
    listRuns: async (projectId) => runs.list(projectId),
    getRun: async (id) => runs.get(id),
    runMetrics: async (id) => runs.metrics(id),
    deleteRun: (id) => runs.delete(id),
  };
}

type UsePart = 'predict' | 'generate' | 'cancelGenerate';

function usePart({ inference }: StrataApp): Pick<StudioApi, UsePart> {
  return {
    predict: (runId, rows) => inference.predict(runId, rows),
    generate: (runId, request) => inference.generate(runId, request),
    cancelGenerate: (jobId) => inference.cancel(jobId),
  };
}
