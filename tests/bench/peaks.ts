import type { Executor, Session } from '../../engine/backends/executor.ts';
import type { DeviceInfo } from '../../engine/core/device.ts';
import type { Plan } from '../../engine/passes/plan.ts';

/** What an adapter can do at most, measured by kernels that do nothing else. */
export interface Peaks {
  /** Operations per second of f32 multiply-adds, which count as two, in registers. */
  readonly flops: number;
  /** Bytes per second from storage buffers, and from one to another (both ways counted). */
  readonly read: number;
  readonly copy: number;
  /** Seconds of a dispatch that does next to nothing, among others, and of a submit until it is known to be done. */
  readonly dispatch: number;
  readonly submit: number;
}

/** Time of a measurement's rounds, of which the best counts. */
const ROUND_SECONDS = 0.15;
const ROUNDS = 7;
/** Dispatches of one submit. */
const MANY = 100;

/** Seconds that pass; in software those of the processor's threads together, which others who use the machine change less. */
function clockOf({ software }: DeviceInfo): () => number {
  if (!software) return () => performance.now() / 1000;
  return () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  };
}

/** Seconds of one run of a program, best and median of rounds. */
export async function secondsOf(
  { device }: Executor,
  session: Session,
  program: string,
): Promise<{ best: number; median: number }> {
  const clock = clockOf(device);
  const once = async (times: number): Promise<number> => {
    const start = clock();
    await session.run(program, times);
    await session.idle();
    return (clock() - start) / times;
  };
  await once(1);
  const times = Math.min(2000, Math.max(1, Math.round(ROUND_SECONDS / (await once(1)))));
  const rounds: number[] = [];
  for (let round = 0; round < ROUNDS; round++) rounds.push(await once(times));
  rounds.sort((a, b) => a - b);
  return { best: rounds[0], median: rounds[ROUNDS >> 1] };
}

export async function measurePeaks(executor: Executor): Promise<Peaks> {
  const { software, maxBufferBytes } = executor.device;
  const best = async (kernel: Kernel): Promise<number> => {
    const session = await executor.load(planOf(kernel));
    const seconds = await secondsOf(executor, session, 'main');
    await session.dispose();
    return seconds.best;
  };
  const ways = software
    ? { workgroups: 16, size: 16, rounds: 1024 }
    : { workgroups: 1024, size: 256, rounds: 1024 };
  const rates: number[] = [];
  for (const body of WAYS)
    rates.push((ways.workgroups * ways.size * ways.rounds * FLOPS) / (await best(arithmetic(body, ways))));
  const bytes = Math.min(software ? 2 ** 24 : 2 ** 27, maxBufferBytes);
  const tiny: Kernel = { code: 'b0[0] += 1.0f;', element: 'f32', buffers: [4], workgroups: 1, size: 1 };
  const session = await executor.load(planOf(tiny));
  const submitted = (times: number): Promise<number> =>
    fastest(async () => {
      await session.run('main', times);
      await session.idle();
    });
  await submitted(1);
  const submit = await submitted(1);
  const dispatch = ((await submitted(MANY)) - submit) / MANY;
  await session.dispose();
  return {
    flops: Math.max(...rates),
    read: (bytes + bytes / READS) / (await best(reading(bytes))),
    copy: (2 * bytes) / (await best(copying(bytes))),
    dispatch,
    submit,
  };
}

/** Seconds that pass until work is done, at best. */
async function fastest(work: () => Promise<void>): Promise<number> {
  let best = Infinity;
  for (let time = 0; time < 50; time++) {
    const start = performance.now();
    await work();
    best = Math.min(best, (performance.now() - start) / 1000);
  }
  return best;
}

interface Kernel {
  /** Body of the kernel; `t` is the number of the invocation, `b0` … are the buffers. */
  readonly code: string;
  readonly element: 'f32' | 'vec4<f32>';
  /** Bytes of each. */
  readonly buffers: readonly number[];
  readonly workgroups: number;
  readonly size: number;
}

/** Operations of a round: four vectors of sixteen multiply-adds. */
const FLOPS = 4 * 16 * 2;
/** Two ways to write them: drivers in software differ in what they keep in registers. */
const WAYS = [
  [0, 1, 2, 3].map((n) => `x${n} = (((x${n} * y + z) * y + z) * y + z) * y + z;`).join(' '),
  [0, 1, 2, 3].map((n) => `x${n} = m * x${n};`).join(' '),
];

function arithmetic(
  body: string,
  { workgroups, size, rounds }: { workgroups: number; size: number; rounds: number },
): Kernel {
  const code = `let y = b0[0]; let z = b0[1]; let m = mat4x4<f32>(y, z, b0[2], b0[3]);
  var x0 = b0[4]; var x1 = b0[5]; var x2 = b0[6]; var x3 = b0[7];
  for (var round = 0; round < ${rounds}; round++) { ${body} }
  b1[t] = x0 + x1 + x2 + x3;`;
  return { code, element: 'vec4<f32>', buffers: [128, workgroups * size * 16], workgroups, size };
}

/** Vectors that an invocation reads, and copies. */
const READS = 16;
const COPIES = 4;

function reading(bytes: number): Kernel {
  const [size, invocations] = [64, bytes / 16 / READS];
  const reads = Array.from({ length: READS }, (_, read) => `b0[${read * invocations}u + t]`);
  return {
    code: `b1[t] = ${reads.join(' + ')};`,
    element: 'vec4<f32>',
    buffers: [bytes, bytes / READS],
    workgroups: invocations / size,
    size,
  };
}

function copying(bytes: number): Kernel {
  const [size, invocations] = [64, bytes / 16 / COPIES];
  const copies = Array.from({ length: COPIES }, (_, copy) => `${copy * invocations}u + t`);
  return {
    code: copies.map((at) => `b1[${at}] = b0[${at}];`).join(' '),
    element: 'vec4<f32>',
    buffers: [bytes, bytes],
    workgroups: invocations / size,
    size,
  };
}

function planOf({ code, element, buffers, workgroups, size }: Kernel): Plan {
  const text = [
    ...buffers.map(
      (_, at) => `@group(0) @binding(${at}) var<storage, read_write> b${at}: array<${element}>;`,
    ),
    `@compute @workgroup_size(${size}) fn main(@builtin(global_invocation_id) invocation: vec3<u32>) {`,
    'let t = invocation.x;',
    code,
    '}',
  ].join('\n');
  const numbers = buffers.map((_, at) => at);
  return {
    version: 1,
    buffers: buffers.map((bytes, at) => ({ bytes, label: `b${at}` })),
    states: [],
    kernels: [{ label: 'peak', code: text, origins: [] }],
    programs: [
      {
        name: 'main',
        steps: [{ kernel: 0, buffers: numbers, workgroups: [workgroups, 1, 1] }],
        outputs: [],
        flops: 0,
      },
    ],
    peakBytes: buffers.reduce((sum, bytes) => sum + bytes, 0),
  };
}
