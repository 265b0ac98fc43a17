// Strata as one of the engines of the benchmark: node strata.ts gpu|cpu
import { compileWorkload, fill, openExecutor, Stepper } from './model.ts';
import { serve } from './serve.ts';
import { WORKLOADS, type WorkloadName } from './workloads.ts';

const executor = await openExecutor(process.argv[2]);
const { name, backend, threads } = executor.device;

await serve(
  threads === undefined ? `${name}, ${backend}` : `processor, SIMD, ${threads} threads`,
  async (workloadName) => {
    const workload = WORKLOADS[workloadName as WorkloadName];
    const { module, plan, compileMilliseconds } = compileWorkload(workload, executor);
    const loading = performance.now();
    const session = await executor.load(plan);
    const loaded = performance.now();
    await fill(session, module, workload);
    const stepper = new Stepper(session, workload);
    const [{ steps, flops }] = plan.programs;
    return {
      train: (count) => stepper.take(count),
      loss: () => stepper.loss(),
      dispose: () => session.dispose(),
      facts: {
        'compile ms': compileMilliseconds,
        'pipelines ms': loaded - loading,
        kernels: plan.kernels.length,
        'dispatches and copies': steps.length,
        'bytes of the plan': plan.peakBytes,
        'bytes allocated': session.allocatedBytes,
        'Mflop per step': flops / 1e6,
      },
    };
  },
  () => executor.close(),
);
