import type { Executor } from '../backends/executor.ts';
import type { DatasetSchema, Split } from '../core/dataset.ts';
import { StrataError } from '../core/errors.ts';
import type { Rows } from '../data/snapshots/batches.ts';
import { openRequest } from '../data/open.ts';
import { listed } from '../data/tables/rows.ts';
import { withScratch } from '../data/sources/scratch.ts';
import { openSnapshot, type Snapshot } from '../data/snapshots/snapshot.ts';
import { Generator } from '../inference/generator.ts';
import { GIVEN, givenRows, type GivenRow } from '../inference/given-rows.ts';
import { modelInputs, type ModelInputs } from '../inference/model-inputs.ts';
import { batchOf, predictRows } from '../inference/predict.ts';
import { Predictor } from '../inference/predictor.ts';
import { windowRows } from '../inference/window-rows.ts';
import { trainedModel, type TrainedModel } from '../inference/trained-model.ts';
import { readCheckpointFile } from './checkpoint-files.ts';
import type { Devices } from './devices.ts';
import { KeptModels } from './kept-models.ts';
import type {
  GenerateEvent,
  GenerateRequest,
  GenerateResult,
  ModelInputsRequest,
  PredictRequest,
  PredictResult,
  RowChoice,
  SourceRequest,
  TrainedRun,
} from './protocol.ts';

/** Most rows of a file that are predicted at once. */
const MOST_ROWS = 100_000;

/** What the engine does with models that are trained. */
export class Inference {
  private readonly devices: Devices;
  private readonly emit: (event: GenerateEvent) => void;
  private readonly going = new Map<string, AbortController>();
  private readonly models = new KeptModels();

  constructor(devices: Devices, emit: (event: GenerateEvent) => void) {
    this.devices = devices;
    this.emit = emit;
  }

  async predict(request: PredictRequest): Promise<PredictResult> {
    return withSnapshot(request, async (snapshot) => {
      const { rows, after, ...range } = await chosen(request.rows, snapshot);
      const batch = batchOf(range.count);
      const predictions = await this.use(
        `${batch} rows`,
        request,
        snapshot,
        (model, executor) => Predictor.load(model, executor, batch),
        (predictor) => predictRows(predictor, rows, range),
      );
      const { start, count } = range;
      return { rows: count, predictions, ...(after && { after: after.slice(start, start + count) }) };
    });
  }

  modelInputs(request: ModelInputsRequest): Promise<ModelInputs> {
    const { document, split, row, draw } = request;
    return withSnapshot(request, async (snapshot) => {
      const drawing = draw === undefined ? undefined : { draw, executor: await this.devices.get() };
      return modelInputs(document, snapshot, split, row, drawing);
    });
  }

  async generate(request: GenerateRequest): Promise<GenerateResult> {
    const controller = new AbortController();
    this.going.set(request.jobId, controller);
    try {
      const { node, samples, beams } = request.settings;
      return await withSnapshot(request, (snapshot) =>
        this.use(
          `${beams || samples} sequences of ${node ?? 'the only input'}`,
          request,
          snapshot,
          (model, executor) => Generator.load(model, executor, request.settings),
          (generator) => this.follow(request, generator, snapshot, controller.signal),
        ),
      );
    } finally {
      this.going.delete(request.jobId);
    }
  }

  cancel(jobId: string): void {
    this.going.get(jobId)?.abort();
  }

  /** Gives back the memory of the models that are kept for their next use. */
  async release(): Promise<void> {
    await this.models.release();
  }

  private async follow(
    { jobId, settings, rows }: GenerateRequest,
    generator: Generator,
    snapshot: Snapshot,
    signal: AbortSignal,
  ): Promise<GenerateResult> {
    const { vocabulary } = generator;
    const source = rows && (await chosen(rows, snapshot));
    await generator.read(source && { ...source, row: source.start });
    const prompt = vocabulary.encode(settings.prompt);
    const texts = new Map<number, { readonly choices: number[]; text: string }>();
    const started = performance.now();
    const tokens = generator.run(settings, signal);
    for (;;) {
      const { done, value } = await tokens.next();
      if (done) {
        const sequences = value.map(({ choices, ...rest }) => ({
          ...rest,
          text: vocabulary.decode(choices, prompt),
          tokens: choices.map((choice) => vocabulary.name(choice)),
        }));
        return { sequences, seconds: (performance.now() - started) / 1000 };
      }
      const { sequence, choice } = value;
      const known = texts.get(sequence) ?? { choices: [], text: '' };
      const text = vocabulary.decode([...known.choices, choice], prompt);
      this.emit({ jobId, sequence, token: vocabulary.name(choice), text: text.slice(known.text.length) });
      texts.set(sequence, { choices: [...known.choices, choice], text });
    }
  }

  /** Uses the model of a run, loaded for something: as it was left there, else built, compiled and given its weights. */
  private async use<M extends Predictor | Generator, T>(
    purpose: string,
    { document, dataset, checkpoint, sha256 }: TrainedRun,
    { schema }: Snapshot,
    load: (model: TrainedModel, executor: Executor) => Promise<M>,
    action: (model: M) => Promise<T>,
  ): Promise<T> {
    const executor = await this.devices.get();
    const read = async (): Promise<M> =>
      load(await trainedModel(document, schema, await readCheckpointFile(checkpoint)), executor);
    return this.models.use(JSON.stringify([purpose, dataset, sha256, document]), executor, read, action);
  }
}

async function withSnapshot<T>(
  { dataset }: Pick<TrainedRun, 'dataset'>,
  action: (snapshot: Snapshot) => Promise<T>,
): Promise<T> {
  const snapshot = await openSnapshot(dataset);
  try {
    return await action(snapshot);
  } finally {
    await snapshot.close();
  }
}

interface ChosenRows {
  readonly rows: Rows;
  readonly split: Split;
  readonly start: number;
  readonly count: number;
  /** When the last step is that each window of given steps sees. */
  readonly after?: readonly string[];
}

async function chosen(choice: RowChoice, snapshot: Snapshot): Promise<ChosenRows> {
  const { start = 0 } = choice;
  const split = 'part' in choice ? choice.part : GIVEN;
  const rows: Rows & Pick<ChosenRows, 'after'> =
    'part' in choice ? snapshot : asStored(snapshot.schema, await given(choice));
  const { [split]: all } = rows.schema.rows;
  if (start >= all) throw noRow(start, all);
  const { after } = rows;
  return { rows, split, start, count: Math.min(choice.count ?? all, all - start), ...(after && { after }) };
}

/** Where a data set has windows, rows are the steps of a series. */
const asStored = (schema: DatasetSchema, rows: readonly GivenRow[]) =>
  schema.windows ? windowRows(schema, schema.windows, rows) : givenRows(schema, rows);

const given = async (choice: Exclude<RowChoice, { part: unknown }>): Promise<readonly GivenRow[]> =>
  'given' in choice ? choice.given : rowsOf(choice.source);

/** The rows of a file by the names of its columns. Throws what reading throws, and `ROWS_TOO_MANY`. */
function rowsOf(source: SourceRequest): Promise<GivenRow[]> {
  return withScratch((scratch) => readRows(source, scratch));
}

async function readRows(source: SourceRequest, scratch: string): Promise<GivenRow[]> {
  const { reader } = await openRequest(source, scratch);
  const rows: GivenRow[] = [];
  for await (const batch of reader.rows()) {
    for (const cells of listed(batch.rows))
      rows.push(Object.fromEntries(reader.columns.map(({ name }, at) => [name, cells[at]])));
    if (rows.length > MOST_ROWS) throw tooMany(source.path);
  }
  return rows;
}

function tooMany(path: string): StrataError {
  return new StrataError({
    code: 'ROWS_TOO_MANY',
    message: 'The file has more rows than can be predicted at once.',
    where: path,
    got: `more than ${MOST_ROWS}`,
    expected: `at most ${MOST_ROWS}`,
    fix: 'Split the file.',
  });
}

function noRow(start: number, all: number): StrataError {
  return new StrataError({
    code: 'ROW_MISSING',
    message: all === 0 ? 'There are no rows.' : 'There is no such row.',
    got: `row ${start}`,
    expected: all === 0 ? 'a part or a file with rows' : `0 to ${all - 1}`,
    fix: all === 0 ? 'Choose another part of the data.' : 'Rows are counted from 0.',
  });
}
