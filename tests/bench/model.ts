import { allocate } from '../../engine/core/dtype.ts';
import { uniform } from '../../engine/core/random.ts';
import { size } from '../../engine/core/shape.ts';
import type { Executor, Session } from '../../engine/backends/executor.ts';
import { targetOf } from '../../engine/backends/target.ts';
import { createDawnExecutor } from '../../engine/backends/webgpu/dawn.ts';
import type { Module, State } from '../../engine/ir/program.ts';
import { compileModule } from '../../engine/passes/compile.ts';
import type { Plan } from '../../engine/passes/plan.ts';
import { createCpuExecutor } from '../../engine/process/cpu.ts';
import { initialValues } from '../../engine/train/initial.ts';
import { RECORDED, recordState, startState } from '../../engine/train/states.ts';
import { buildTraining } from '../../engine/train/step.ts';
import { ROWS, type Workload } from './workloads.ts';

export const openExecutor = async (device: string): Promise<Executor> =>
  device === 'cpu' ? createCpuExecutor() : createDawnExecutor();

const SPLIT = { split: 'train', rows: ROWS, capacity: ROWS } as const;

/** A workload's training module. */
export const moduleOf = ({ document, schema, batch }: Workload): Module =>
  buildTraining({ document, schema, batch, steps: ROWS / batch, train: SPLIT, evaluated: [] }).module;

export interface CompiledWorkload {
  readonly module: Module;
  readonly plan: Plan;
  readonly compileMilliseconds: number;
}

/** A workload's training module, compiled as for a run. */
export function compileWorkload(workload: Workload, { device }: Executor): CompiledWorkload {
  const start = performance.now();
  const module = moduleOf(workload);
  const plan = compileModule(module, { target: targetOf(device) });
  return { module, plan, compileMilliseconds: performance.now() - start };
}

/** Gives a session its data and first weights. */
export async function fill(session: Session, { states }: Module, workload: Workload): Promise<void> {
  for (const state of states) await session.upload(state.name, valuesOf(state, workload));
}

/** What a state begins with: random data and weights. All batches have the same rows, as in the peers. */
export function valuesOf(state: State, { batch, inputs, classes }: Workload): ReturnType<typeof allocate> {
  const { name, type, role } = state;
  if (name === 'learning-rate') return Float32Array.of(0.001);
  if (role !== 'data') return initialValues(state, 1);
  const values = allocate(type.dtype, size(type.shape));
  const below = name.startsWith('data.train.target') ? classes : inputs;
  return values.map((_, at) =>
    name === 'data.train.order' ? at % batch : Math.floor(below * uniform(1, name.length, 0, at)),
  );
}

/** Takes steps as a run does: a submit ends with its epoch, and records the loss of each of its steps. */
export class Stepper {
  private readonly session: Session;
  private readonly epoch: number;
  private step = 0;
  private recorded = 0;

  constructor(session: Session, { batch }: Workload) {
    this.session = session;
    this.epoch = ROWS / batch;
  }

  async take(steps: number): Promise<void> {
    const end = this.step + steps;
    while (this.step < end) {
      const at = this.step % this.epoch;
      if (at === 0) await this.session.upload(startState(SPLIT).name, Uint32Array.of(this.step));
      await this.session.upload(RECORDED.name, Uint32Array.of(0));
      this.recorded = Math.min(end - this.step, this.epoch - at);
      await this.session.run('train', this.recorded);
      this.step += this.recorded;
    }
    await this.session.idle();
  }

  /** Loss of the step before. */
  async loss(): Promise<number> {
    const { name } = recordState('loss');
    const { [name]: losses } = await this.session.read([name]);
    return losses[this.recorded - 1];
  }
}
