import type { Binding } from '../core/binding.ts';
import type { Cut, DatasetSchema } from '../core/dataset.ts';
import type { ModelDocument } from '../graph/document.ts';
import { Builder, type Value } from '../ir/builder.ts';
import type { Module, Program, State } from '../ir/program.ts';
import { add } from '../ops/add.ts';
import { broadcastTo } from '../ops/broadcast.ts';
import { cast } from '../ops/cast.ts';
import { equal } from '../ops/equal.ts';
import { iota } from '../ops/iota.ts';
import { isFinite } from '../ops/is-finite.ts';
import { mean } from '../ops/mean.ts';
import { mul } from '../ops/mul.ts';
import { not } from '../ops/not.ts';
import { sum } from '../ops/reduce-sum.ts';
import { select } from '../ops/select.ts';
import { lower, type LoweredModel } from '../passes/lower.ts';
import { inBucket, rowsPerBucket, type Buckets } from './buckets.ts';
import { chosenSchedule } from './catalogue.ts';
import { meanOf, measuresOf, partsOf, type Measure } from './measures.ts';
import { DeviceRows, type BatchRows } from './rows.ts';
import {
  EVALUATED,
  LEARNING_RATE,
  RECORDED,
  RECORDED_STEPS,
  SEED,
  STEP,
  StateTable,
  countState,
  recordState,
  sumState,
  type SplitRows,
} from './states.ts';
import { updateWeights, type Write } from './update.ts';
import { measuredState, scheduleScalars, watchPrograms } from './watch.ts';

/** What a training module is built from. */
export interface TrainingSpec {
  readonly document: ModelDocument;
  readonly schema: DatasetSchema;
  /** Rows of one step; no more than the training split has. */
  readonly batch: number;
  /** Absent where sequences are not cut. */
  readonly buckets?: Buckets;
  /** Steps of the whole run. */
  readonly steps: number;
  readonly train: SplitRows;
  /** The other splits that have rows. */
  readonly evaluated: readonly SplitRows[];
}

export interface TrainingModule {
  /** Programs `train` and `evaluate.<split>`, of which there is one for each bucket, and `watch` and `settle` where the settings ask for them. */
  readonly module: Module;
  /** What must be on the device of every split, by the key of the data state. */
  readonly bindings: ReadonlyMap<string, Binding>;
  /** Loss first. */
  readonly measures: readonly Pick<Measure, 'name' | 'counted' | 'finish'>[];
}

/** Builds the programs that train and evaluate a model. Throws what lowering throws. */
export function buildTraining(spec: TrainingSpec): TrainingModule {
  const build = new ProgramBuilder(spec);
  const cuts = spec.buckets?.cuts ?? [undefined];
  const trains = cuts.map((cut) => build.train(cut));
  const evaluations = spec.evaluated.flatMap((split) => cuts.map((cut) => build.evaluate(split, cut)));
  const [{ weights, measures }] = trains;
  const watching = watchPrograms({
    training: spec.document.training,
    states: build.states,
    weights,
    validation: spec.evaluated.find(({ split }) => split === 'validation'),
    weighted: measures[0].counted !== undefined,
  });
  // The longest first: it decides what must be computed again to fit into memory.
  const programs = [...trains.map(({ program }) => program).reverse(), ...evaluations, ...watching];
  return { module: { states: build.states.all, programs }, bindings: build.rows.bindings, measures };
}

/** What a model binds of a data set, by the key of the data state. Throws what lowering throws. */
export function bindingsOf(document: ModelDocument, schema: DatasetSchema): ReadonlyMap<string, Binding> {
  const train = { split: 'train', rows: 1, capacity: 1 } as const;
  return new ProgramBuilder({ document, schema, batch: 1, steps: 0, train, evaluated: [] }).uncut().bindings;
}

/** A value of the forward pass, and the output that counts its numbers that are not finite. */
export interface Suspect {
  readonly output: string;
  readonly op: string;
  readonly node: string | undefined;
}

/** Builds the forward pass of a training step with a look at every value, in the order in which they come about. */
export function buildDiagnosis(
  spec: TrainingSpec,
  bucket: number,
): Pick<TrainingModule, 'module' | 'bindings'> & { readonly suspects: readonly Suspect[] } {
  const build = new ProgramBuilder(spec);
  const { program, suspects } = build.diagnose(spec.buckets?.cuts[bucket]);
  return {
    module: { states: build.states.all, programs: [program] },
    bindings: build.rows.bindings,
    suspects,
  };
}

interface WeightedModel extends LoweredModel {
  /** How much each row of the batch counts; absent where all count the same. */
  readonly rowWeight: Value | undefined;
}

class ProgramBuilder {
  readonly states = new StateTable();
  readonly rows: DeviceRows;
  private readonly spec: TrainingSpec;
  /** Weights as sequences of full length have them. */
  private readonly weights: ReadonlyMap<string, State> | undefined;

  constructor(spec: TrainingSpec) {
    this.spec = spec;
    this.rows = new DeviceRows(spec, this.states);
    this.weights = spec.buckets && new ProgramBuilder({ ...spec, buckets: undefined }).uncut().weights;
  }

  /** What the model is made of while nothing is cut. */
  uncut(): { readonly weights: ReadonlyMap<string, State>; readonly bindings: DeviceRows['bindings'] } {
    const b = new Builder('uncut');
    const { weights } = this.lower(
      b,
      this.spec.train,
      { index: this.rows.trained(b, this.spec.train) },
      true,
    );
    return {
      weights: new Map(weights.map(({ state }) => [state.name, state])),
      bindings: this.rows.bindings,
    };
  }

  /**
   * One training step: forward, loss, backward, update, record of the measures. Where the loss is not finite nothing
   * is written, not even the step counter, so that the state stays as it was before the bad step.
   */
  train(cut: Cut | undefined): {
    readonly program: Program;
    readonly measures: readonly Measure[];
    readonly weights: LoweredModel['weights'];
  } {
    const b = new Builder(trainProgram(cut));
    const index = this.rows.trained(b, this.spec.train);
    const model = this.lower(b, this.spec.train, { index, cut }, true);
    const measures = measuresOf(b, model.losses, model.rowWeight);
    const loss = mean(b, partsOf(b, measures[0]));
    const good = isFinite(b, loss);
    const write: Write = (state, value) => {
      b.write(state, select(b, good, value, b.read(this.states.use(state))));
    };
    updateWeights(b, {
      training: this.spec.document.training,
      states: this.states,
      weights: model.weights.filter(({ trained }) => trained),
      loss,
      learningRate: this.learningRate(b),
      write,
    });
    for (const { state, value } of model.updates) write(state, value);
    this.record(b, measures, write);
    write(STEP, add(b, b.read(STEP), 1));
    return { program: b.finish(), measures, weights: model.weights };
  }

  private record(b: Builder, measures: readonly Measure[], write: Write): void {
    const recorded = b.read(this.states.use(RECORDED));
    const here = equal(b, iota(b, [RECORDED_STEPS], 0), cast(b, recorded, 'i32'));
    for (const measure of measures) {
      const values = recordState(measure.name);
      const latest = broadcastTo(b, meanOf(b, measure), values.type.shape);
      write(values, select(b, here, latest, b.read(this.states.use(values))));
    }
    write(RECORDED, add(b, recorded, 1));
  }

  /** Adds the measures of one batch of a split to their sums. */
  evaluate(split: SplitRows, cut: Cut | undefined): Program {
    const b = new Builder(evaluateProgram(split, cut));
    const { index, mask } = this.rows.evaluated(b, split);
    const model = this.lower(b, split, { index, cut }, false);
    const total = (state: State, values: Value): void => {
      b.write(this.states.use(state), add(b, b.read(state), sum(b, select(b, mask, values, 0))));
    };
    for (const measure of measuresOf(b, model.losses, model.rowWeight)) {
      total(sumState(measure.name), partsOf(b, measure));
      if (measure.counted) total(countState(measure.name), measure.counted);
    }
    b.write(EVALUATED, add(b, b.read(EVALUATED), 1));
    return b.finish();
  }

  diagnose(cut: Cut | undefined): { readonly program: Program; readonly suspects: readonly Suspect[] } {
    const b = new Builder('diagnose');
    const index = this.rows.trained(b, this.spec.train);
    const model = this.lower(b, this.spec.train, { index, cut }, true);
    measuresOf(b, model.losses);
    const real = b.instructions.filter(
      ({ op, results: [id] }) => op !== 'constant' && b.value(id).type.dtype === 'f32',
    );
    const suspects = real.map(({ op, origin, results: [id] }) => {
      const output = `non-finite.${id}`;
      b.output(output, sum(b, cast(b, not(b, isFinite(b, b.value(id))), 'f32')));
      return { output, op, node: origin };
    });
    return { program: b.finish(), suspects };
  }

  private lower(b: Builder, split: SplitRows, rows: BatchRows, training: boolean): WeightedModel {
    const { document, schema } = this.spec;
    const model = inBucket(rows.cut, () =>
      lower(b, document, {
        schema: rows.cut ? { ...schema, cut: rows.cut } : schema,
        training,
        seed: b.read(this.states.use(SEED)),
        step: b.read(this.states.use(STEP)),
        ...(!training && {
          weight: (weight) => this.states.use(measuredState(document.training, weight)),
        }),
        uncut: this.weights,
        columns: (...wanted) => this.rows.columns(b, split, rows, ...wanted),
      }),
    );
    for (const { state } of model.weights) this.states.use(state);
    return { ...model, rowWeight: this.rows.weights(b, split, rows) };
  }

  /** The learning rate of this step. */
  private learningRate(b: Builder): Value {
    const { document, steps } = this.spec;
    const { record, params } = chosenSchedule(document.training);
    const step = cast(b, b.read(this.states.use(STEP)), 'f32');
    const factor = record.factor(b, {
      params,
      step,
      stepsPerEpoch: stepsPerEpoch(this.spec),
      steps,
      scalars: scheduleScalars(b, document.training, this.states),
    });
    return mul(b, b.read(this.states.use(LEARNING_RATE)), factor);
  }
}

/** Whole batches of an epoch. */
export function stepsPerEpoch({ train, batch, buckets }: Omit<TrainingSpec, 'steps'>): number {
  const counts = buckets ? rowsPerBucket(buckets, train.split) : [train.rows];
  return counts.reduce((sum, rows) => sum + Math.floor(rows / batch), 0);
}

const program = (name: string, cut: Cut | undefined): string =>
  [name, ...(cut ? [Object.values(cut).join('-')] : [])].join('.');

/** The name of the program that trains on rows which are cut so. */
export const trainProgram = (cut?: Cut): string => program('train', cut);

/** The name of the program that evaluates rows of a split which are cut so. */
export const evaluateProgram = ({ split }: SplitRows, cut?: Cut): string => program(`evaluate.${split}`, cut);
