import type { PlanKernel } from '../../passes/plan.ts';
import { invalidError } from '../faults.ts';
import { FUNCTIONS, type ScalarFunction } from './wat/functions.ts';
import { WatEmitter } from './wat/wat-emitter.ts';

/** What kernels need of WebAssembly; every engine since 2023 has it. */
const FEATURES = { simd: true, relaxed_simd: true, threads: true, sat_float_to_int: true } as const;

/** Text of the module of all kernels: it imports the memory that the threads share and exports `kernel0`, `kernel1`, … */
export function moduleText(kernels: readonly PlanKernel[]): string {
  return [
    '(module',
    '(import "host" "memory" (memory 1 65536 shared))',
    ...Object.entries(FUNCTIONS).map(([name, body]) => functionText(name, body)),
    ...kernels.map(({ code, label }, at) => `;; ${label}\n(func (export "kernel${at}")\n${code})`),
    ')',
  ].join('\n');
}

/** A function of vectors of four. */
function functionText(name: string, { parameters, body }: ScalarFunction): string {
  const emitter = new WatEmitter(new Map(), new Map());
  const args = parameters.map((dtype, source) => {
    emitter.bindRegister(source, `(local.get $x${source})`, dtype, 4);
    return { kind: 'load', dtype, source, index: [] } as const;
  });
  const result = emitter.splat(emitter.emit(body(...args)), 4);
  const head = parameters.map((_, at) => `(param $x${at} v128)`);
  return [
    `(func $${name}`,
    ...head,
    '(result v128)',
    ...emitter.declarations,
    ...emitter.scope.lines,
    result.code,
    ')',
  ].join('\n');
}

/** Compiles the kernels of a plan. Rejects with `KERNEL_INVALID`. */
export async function compileKernels(kernels: readonly PlanKernel[]): Promise<WebAssembly.Module> {
  // Loaded when it is needed: it is of no use where a graphics card computes.
  const { default: openWabt } = await import('wabt');
  const wabt = await openWabt();
  const compile = async (some: readonly PlanKernel[]): Promise<WebAssembly.Module> => {
    const parsed = wabt.parseWat('kernels.wat', moduleText(some), FEATURES);
    try {
      return WebAssembly.compile(parsed.toBinary({}).buffer as Uint8Array<ArrayBuffer>);
    } finally {
      parsed.destroy();
    }
  };
  try {
    return await compile(kernels);
  } catch (error) {
    const refused = await firstRefused(kernels, compile);
    throw invalidError(error instanceof Error ? error.message : String(error), refused?.origins ?? []);
  }
}

/** The kernel that makes a module invalid. */
async function firstRefused(
  kernels: readonly PlanKernel[],
  compile: (some: readonly PlanKernel[]) => Promise<unknown>,
): Promise<PlanKernel | undefined> {
  for (const kernel of kernels) {
    try {
      await compile([kernel]);
    } catch {
      return kernel;
    }
  }
  return undefined;
}
