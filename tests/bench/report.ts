import { median, type Measured } from './compare.ts';
import type { WorkloadName } from './workloads.ts';

/** How many times faster than which others an engine is to be. */
const TARGETS = [
  { engine: 'strata-webgpu', other: 'tfjs-webgpu', factor: 10 },
  { engine: 'strata-webgpu', other: 'jax-js-webgpu', factor: 3 },
  { engine: 'strata-cpu', other: 'tfjs-wasm', factor: 1.5 },
  { engine: 'strata-cpu', other: 'pytorch-cpu', factor: 1 / 3 },
] as const;

type Results = ReadonlyMap<WorkloadName, readonly Measured[]>;

const digits = (milliseconds: number): string => milliseconds.toPrecision(milliseconds < 1000 ? 3 : 4);

export function printTable(workload: WorkloadName, measured: readonly Measured[]): void {
  console.log(workload);
  for (const { engine, times, losses, cannot } of measured) {
    const [first, last] = losses.map((loss) => loss.toFixed(3));
    const result = cannot
      ? `cannot: ${cannot}`
      : `${digits(median(times)).padStart(8)} (${digits(Math.min(...times))}) of ${times.length}, loss ${first} → ${last}`;
    console.log(`  ${engine.padEnd(14)} ${result}`);
  }
}

/** What Strata tells about its plans. */
export function printFacts(results: Results): void {
  console.log('\nPlans');
  for (const [workload, measured] of results) {
    for (const { engine, facts, times } of measured.filter(({ engine }) => engine.startsWith('strata'))) {
      const speed = facts['Mflop per step'] / median(times);
      const rest = Object.entries(facts).map(([what, value]) => `${what} ${Math.round(value)}`);
      const excess = facts['bytes allocated'] - facts['bytes of the plan'];
      const memory = excess === 0 ? 'memory as planned' : `memory ${excess} bytes beyond the plan`;
      console.log(
        `  ${workload} on ${engine}: ${[...rest, memory, `${speed.toFixed(2)} GFLOP/s`].join(', ')}`,
      );
    }
  }
}

export function printTargets(results: Results): void {
  console.log('\nTargets, as ratios of medians (of bests)');
  for (const [workload, measured] of results) {
    for (const { engine, other, factor } of TARGETS) {
      const [own, peer] = [engine, other].map((name) => measured.find((each) => each.engine === name));
      if (!own || !peer) continue;
      const name = `  ${workload.padEnd(12)} ${engine} against ${other}`.padEnd(52);
      if (own.cannot || peer.cannot) {
        console.log(`${name} – (${own.cannot ? engine : other} cannot)`);
        continue;
      }
      const ratio = median(peer.times) / median(own.times);
      const best = Math.min(...peer.times) / Math.min(...own.times);
      const reached = ratio >= factor ? 'reached' : 'missed';
      console.log(`${name} ${digits(ratio)} × (${digits(best)} ×), to be ${digits(factor)} ×: ${reached}`);
    }
  }
  console.log(
    '\nNot measured here: 4096³ products as a share of the peak, and PyTorch eager on a graphics card; both need one.',
  );
}
