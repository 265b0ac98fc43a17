import type { Executor } from '../backends/executor.ts';
import type { Split } from '../core/dataset.ts';
import { allocate, type TypedArray } from '../core/dtype.ts';
import { StrataError } from '../core/errors.ts';
import { loadRows, type Rows } from '../data/snapshots/batches.ts';
import { beamSearch, type BeamSequence } from './beam-search.ts';
import { sample, type GeneratedToken, type Sequence } from './generate.ts';
import type { Sampling } from './sampling.ts';
import { StepScorer } from './step-scorer.ts';
import { findStream, type Stream } from './stream.ts';
import type { TrainedModel } from './trained-model.ts';
import { Vocabulary } from './vocabulary.ts';
import { WindowScorer } from './window-scorer.ts';

/** How a model is to go on with a text. */
export interface GenerationSettings extends Sampling {
  readonly prompt: string;
  /** Most tokens to generate. */
  readonly length: number;
  readonly seed: number;
  /** Sequences that are drawn side by side. Not with beams. */
  readonly samples: number;
  /** Width of a beam search for the likeliest sequences; 0: tokens are drawn instead. */
  readonly beams: number;
  /** Exponent of the length penalty of beam search: the larger, the longer the sequences. 0: none. */
  readonly lengthPenalty: number;
  /** Names of tokens that end a sequence. */
  readonly stop: readonly string[];
  /** Input node to go on with, where the model has several of tokens. */
  readonly node?: string;
}

/** Where a model finds what it reads beside the sequence. */
export interface EncoderRow {
  readonly rows: Rows;
  readonly split: Split;
  readonly row: number;
}

/** A model that is ready to go on with texts. */
export class Generator {
  readonly vocabulary: Vocabulary;
  private readonly stream: Stream;
  private readonly scorer: StepScorer | WindowScorer;

  /** Builds, compiles and loads it. Throws what `findStream` and loading a model throw. */
  static async load(
    model: TrainedModel,
    executor: Executor,
    { node, samples, beams }: Pick<GenerationSettings, 'node' | 'samples' | 'beams'>,
  ): Promise<Generator> {
    const stream = findStream(model, node);
    const kind = stream.stepwise ? StepScorer : WindowScorer;
    return new Generator(stream, await kind.load(model, stream, executor, beams || samples));
  }

  private constructor(stream: Stream, scorer: StepScorer | WindowScorer) {
    this.stream = stream;
    this.scorer = scorer;
    this.vocabulary = new Vocabulary(stream);
  }

  /** Gives the model what it reads beside the sequence. Throws `GENERATE_SOURCE` where it needs that and has none. */
  async read(source: EncoderRow | undefined): Promise<void> {
    for (const input of this.scorer.inputs) {
      if (!source) throw noSource(input.binding.columns.map(({ name }) => name));
      const { rows, split, row } = source;
      const one = await loadRows(rows, split, input.binding, row, 1);
      await this.scorer.upload(input, repeated(one, this.scorer.batch));
    }
  }

  /** Tells tokens as they come; beam search tells none. Returns the sequences. */
  async *run(
    settings: GenerationSettings,
    signal?: AbortSignal,
  ): AsyncGenerator<GeneratedToken, readonly (Sequence | BeamSequence)[]> {
    const { vocabulary, scorer } = this;
    const { first } = this.stream;
    const generation = {
      prompt: [...(first === undefined ? [] : [first]), ...vocabulary.encode(settings.prompt)],
      tokens: vocabulary.tokens,
      length: settings.length,
      stop: new Set(settings.stop.map((name) => vocabulary.choice(name))),
    };
    return settings.beams > 0
      ? await beamSearch(scorer, generation, settings.lengthPenalty, signal)
      : yield* sample(scorer, generation, settings, signal);
  }

  async dispose(): Promise<void> {
    await this.scorer.dispose();
  }
}

function repeated(values: TypedArray, times: number): TypedArray {
  const dtype = values instanceof Float32Array ? 'f32' : values instanceof Uint8Array ? 'u8' : 'i32';
  const all = allocate(dtype, values.length * times);
  for (let at = 0; at < times; at++) all.set(values, at * values.length);
  return all;
}

function noSource(columns: readonly string[]): StrataError {
  return new StrataError({
    code: 'GENERATE_SOURCE',
    message: 'The model reads something beside the sequence, such as a text to translate.',
    expected: `values of ${columns.slice(0, 5).join(', ')}${columns.length > 5 ? ' …' : ''}`,
    fix: 'Name a row of the data set, or give a row.',
  });
}
