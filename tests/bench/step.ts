// Time of one training step: `npm run bench [-- --device gpu|cpu] [-- --profile] [-- mlp|cnn]`.
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { allocate } from '../../engine/core/dtype.ts';
import { normal, uniform } from '../../engine/core/random.ts';
import { size } from '../../engine/core/shape.ts';
import type { Module, State } from '../../engine/ir/program.ts';
import { compileModule } from '../../engine/passes/compile.ts';
import type { Plan } from '../../engine/passes/plan.ts';
import type { Executor, Session } from '../../engine/backends/executor.ts';
import { targetOf } from '../../engine/backends/target.ts';
import { createDawnExecutor } from '../../engine/backends/webgpu/dawn.ts';
import { createCpuExecutor } from '../../engine/process/cpu.ts';
import { cnn, mlp } from './workloads.ts';

const WORKLOADS: Readonly<Record<string, { build: () => Module; steps: number }>> = {
  mlp: { build: mlp, steps: 50 },
  cnn: { build: cnn, steps: 4 },
};
const ROUNDS = 7;
/** Runs of each dispatch in a profile. */
const PROFILED = 30;

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    device: { type: 'string', default: 'gpu' },
    profile: { type: 'boolean', default: false },
    code: { type: 'boolean', default: false },
  },
});
const executor = options.device === 'cpu' ? createCpuExecutor() : await createDawnExecutor();
const { name, architecture, backend, threads } = executor.device;
const used = threads === undefined ? '' : `, ${threads} threads`;
console.log(`${name} (${architecture}, ${backend}${used}), ${cpus().length} × ${cpus()[0].model}`);
for (const [workload, { build, steps }] of Object.entries(WORKLOADS)) {
  if (positionals.length === 0 || positionals.includes(workload))
    await measure(executor, workload, build(), steps);
}
await executor.close();

async function measure(executor: Executor, name: string, module: Module, steps: number): Promise<void> {
  const compiling = performance.now();
  const plan = compileModule(module, { target: targetOf(executor.device) });
  const compiled = performance.now();
  const session = await executor.load(plan);
  const loaded = performance.now();
  if (options.code) for (const { label, code } of plan.kernels) console.log(`// ${label}\n${code}`);
  for (const state of module.states) await session.upload(state.name, initialValues(state));
  await session.run('train', 1);
  const first = await lossOf(session);
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    await session.run('train', steps);
    await session.idle();
    times.push((performance.now() - start) / steps);
  }
  const last = await lossOf(session);
  report(name, plan, times, [compiled - compiling, loaded - compiled], [first, last]);
  await session.dispose();
  if (options.profile) await profile(executor, module, plan);
}

function report(
  name: string,
  plan: Plan,
  times: number[],
  [compile, load]: number[],
  [first, last]: number[],
): void {
  const median = times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)];
  const [{ steps, flops }] = plan.programs;
  console.log(
    [
      `${name}: ${median.toFixed(2)} ms per step (best ${Math.min(...times).toFixed(2)})`,
      `${(flops / median / 1e6).toFixed(2)} GFLOP/s`,
      `${steps.length} dispatches and copies, ${plan.kernels.length} kernels`,
      `${(plan.peakBytes / 1e6).toFixed(1)} MB`,
      `compiled in ${compile.toFixed(0)} ms, pipelines in ${load.toFixed(0)} ms`,
      `loss ${first.toFixed(4)} → ${last.toFixed(4)}`,
    ].join(' · '),
  );
}

/** Times every dispatch by itself: each as a program of its own, many times over. */
async function profile(executor: Executor, module: Module, plan: Plan): Promise<void> {
  const [{ steps }] = plan.programs;
  const single = steps.map((step, at) => ({ name: `${at}`, steps: [step], outputs: [], flops: 0 }));
  const session = await executor.load({ ...plan, programs: single });
  for (const state of module.states) await session.upload(state.name, initialValues(state));
  const rows: { label: string; milliseconds: number }[] = [];
  for (const [at, step] of steps.entries()) {
    await session.run(`${at}`, PROFILED);
    await session.idle();
    const start = performance.now();
    await session.run(`${at}`, PROFILED);
    await session.idle();
    const label =
      'copy' in step
        ? 'copy'
        : 'repeat' in step
          ? `${step.repeat.steps.length} steps × ${step.repeat.times}`
          : `${plan.kernels[step.kernel].label} × ${step.workgroups.join(' × ')}`;
    rows.push({ label, milliseconds: (performance.now() - start) / PROFILED });
  }
  await session.dispose();
  const total = rows.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
  for (const { label, milliseconds } of rows.toSorted((a, b) => b.milliseconds - a.milliseconds)) {
    const share = ((100 * milliseconds) / total).toFixed(1);
    console.log(`  ${milliseconds.toFixed(4).padStart(9)} ms ${share.padStart(5)} %  ${label}`);
  }
}

async function lossOf(session: Session): Promise<number> {
  return (await session.read(['loss'])).loss[0];
}

function initialValues({ type: { dtype, shape }, init, name }: State): ReturnType<typeof allocate> {
  const data = allocate(dtype, size(shape));
  for (let index = 0; index < data.length; index++) {
    if (init.kind === 'uniform') data[index] = init.limit * (2 * uniform(1, name.length, 0, index) - 1);
    if (init.kind === 'normal') data[index] = init.standardDeviation * normal(1, name.length, 0, index);
    if (init.kind === 'constant') data[index] = init.value;
    if (init.kind === 'upload')
      data[index] = Math.floor(uniform(1, name.length, 0, index) * (dtype === 'u8' ? 256 : 10));
  }
  return data;
}
