import type { Binding } from '../core/binding.ts';
import type { DatasetSchema } from '../core/dataset.ts';
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
import { chosenSchedule } from './catalogue.ts';
import { meanOf, measuresOf, partsOf, type Measure } from './measures.ts';
import { DeviceRows } from './rows.ts';
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
  /** Steps of the whole run. */
  readonly steps: number;
  readonly train: SplitRows;
  /** The other splits that have rows. */
  readonly evaluated: readonly SplitRows[];
}

export interface TrainingModule {
  /** Programs `train`, `evaluate.<split>`, and `watch` and `settle` where the settings ask for them. */
  readonly module: Module;
  /** What must be on the device of every split, by the key of the data state. */
  readonly bindings: ReadonlyMap<string, Binding>;
  /** Loss first. */
  readonly measures: readonly Pick<Measure, 'name' | 'counted' | 'finish'>[];
}

/** Builds the programs that train and evaluate a model. Throws what lowering throws. */
export function buildTraining(spec: TrainingSpec): TrainingModule {
  const states = new StateTable();
  const rows = new DeviceRows(spec.schema, states, spec.batch);
  const build = new ProgramBuilder(spec, states, rows);
  const train = build.train();
  const evaluations = spec.evaluated.map((split) => build.evaluate(split));
  const watching = watchPrograms({
    training: spec.document.training,
    states,
    weights: train.weights,
    validation: spec.evaluated.find(({ split }) => split === 'validation'),
  });
  return {
    module: { states: states.all, programs: [train.program, ...evaluations, ...watching] },
    bindings: rows.bindings,
    measures: train.measures,
  };
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
): Pick<TrainingModule, 'module' | 'bindings'> & { readonly suspects: readonly Suspect[] } {
  const states = new StateTable();
  const rows = new DeviceRows(spec.schema, states, spec.batch);
  const { program, suspects } = new ProgramBuilder(spec, states, rows).diagnose();
  return { module: { states: states.all, programs: [program] }, bindings: rows.bindings, suspects };
}

class ProgramBuilder {
  private readonly spec: TrainingSpec;
  private readonly states: StateTable;
  private readonly rows: DeviceRows;

  constructor(spec: TrainingSpec, states: StateTable, rows: DeviceRows) {
    this.spec = spec;
    this.states = states;
    this.rows = rows;
  }

  /**
   * One training step: forward, loss, backward, update, record of the measures. Where the loss is not finite nothing
   * is written, not even the step counter, so that the state stays as it was before the bad step.
   */
  train(): {
    readonly program: Program;
    readonly measures: readonly Measure[];
    readonly weights: LoweredModel['weights'];
  } {
    const b = new Builder('train');
    const index = this.rows.shuffled(b, this.spec.train);
    const model = this.lower(b, this.spec.train, index, true);
    const measures = measuresOf(b, model.losses);
    const loss = mean(b, measures[0].perExample);
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
  evaluate(split: SplitRows): Program {
    const b = new Builder(evaluateProgram(split));
    const { index, mask } = this.rows.sequential(b, split);
    const model = this.lower(b, split, index, false);
    const total = (state: State, values: Value): void => {
      b.write(this.states.use(state), add(b, b.read(state), sum(b, select(b, mask, values, 0))));
    };
    for (const measure of measuresOf(b, model.losses)) {
      total(sumState(measure.name), partsOf(b, measure));
      if (measure.counted) total(countState(measure.name), measure.counted);
    }
    b.write(EVALUATED, add(b, b.read(EVALUATED), 1));
    return b.finish();
  }

  diagnose(): { readonly program: Program; readonly suspects: readonly Suspect[] } {
    const b = new Builder('diagnose');
    const model = this.lower(b, this.spec.train, this.rows.shuffled(b, this.spec.train), true);
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

  private lower(b: Builder, split: SplitRows, index: Value, training: boolean): LoweredModel {
    const { document, schema } = this.spec;
    const model = lower(b, document, {
      schema,
      training,
      seed: b.read(this.states.use(SEED)),
      step: b.read(this.states.use(STEP)),
      ...(!training && { weight: (weight) => this.states.use(measuredState(document.training, weight)) }),
      columns: (...wanted) => this.rows.columns(b, split, index, ...wanted),
    });
    for (const { state } of model.weights) this.states.use(state);
    return model;
  }

  /** The learning rate of this step. */
  private learningRate(b: Builder): Value {
    const { document, train, batch, steps } = this.spec;
    const { record, params } = chosenSchedule(document.training);
    const step = cast(b, b.read(this.states.use(STEP)), 'f32');
    const factor = record.factor(b, {
      params,
      step,
      stepsPerEpoch: stepsPerEpoch(train.rows, batch),
      steps,
      scalars: scheduleScalars(b, document.training, this.states),
    });
    return mul(b, b.read(this.states.use(LEARNING_RATE)), factor);
  }
}

/** Whole batches of an epoch. */
export const stepsPerEpoch = (rows: number, batch: number): number => Math.floor(rows / batch);

/** The name of the program that evaluates a split. */
export const evaluateProgram = ({ split }: SplitRows): string => `evaluate.${split}`;
