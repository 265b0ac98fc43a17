/**
 * Counter-based random numbers: a value depends on (seed, stream, step, index) and on nothing else, so a
 * run can be resumed at any step and a kernel needs no state.
 *
 * The hash is pcg4d (Jarzynski & Olano, "Hash Functions for GPU Rendering", JCGT 9(3), 2020). The WebGPU
 * backend computes the very same bits in WGSL.
 */
export function pcg4d(x: number, y: number, z: number, w: number): [number, number, number, number] {
  let a = (Math.imul(x, 1664525) + 1013904223) >>> 0;
  let b = (Math.imul(y, 1664525) + 1013904223) >>> 0;
  let c = (Math.imul(z, 1664525) + 1013904223) >>> 0;
  let d = (Math.imul(w, 1664525) + 1013904223) >>> 0;
  a = (a + Math.imul(b, d)) >>> 0;
  b = (b + Math.imul(c, a)) >>> 0;
  c = (c + Math.imul(a, b)) >>> 0;
  d = (d + Math.imul(b, c)) >>> 0;
  a = (a ^ (a >>> 16)) >>> 0;
  b = (b ^ (b >>> 16)) >>> 0;
  c = (c ^ (c >>> 16)) >>> 0;
  d = (d ^ (d >>> 16)) >>> 0;
  a = (a + Math.imul(b, d)) >>> 0;
  b = (b + Math.imul(c, a)) >>> 0;
  c = (c + Math.imul(a, b)) >>> 0;
  d = (d + Math.imul(b, c)) >>> 0;
  return [a, b, c, d];
}

/** Uniform in [0, 1) with 24 random bits, exactly representable in float32. */
export function uniform(seed: number, stream: number, step: number, index: number): number {
  return (pcg4d(index, step, stream, seed)[0] >>> 8) * 2 ** -24;
}

/** Standard normal by Box–Muller on two words of the same hash. */
export function normal(seed: number, stream: number, step: number, index: number): number {
  const [a, b] = pcg4d(index, step, stream, seed);
  const radius = Math.sqrt(-2 * Math.log(((a >>> 8) + 1) * 2 ** -24));
  return radius * Math.cos(2 * Math.PI * (b >>> 8) * 2 ** -24);
}

/** A permutation of 0 … length-1 (Fisher–Yates), the same for the same seed, stream and step. */
export function permutation(length: number, seed: number, stream: number, step: number): Uint32Array {
  const order = new Uint32Array(length);
  for (let index = 0; index < length; index++) order[index] = index;
  for (let last = length - 1; last > 0; last--) {
    const other = Math.floor(uniform(seed, stream, step, last) * (last + 1));
    const kept = order[last];
    order[last] = order[other];
    order[other] = kept;
  }
  return order;
}

/** 32-bit hash of a name (FNV-1a), used to give each named thing a random stream of its own. */
export function streamOf(name: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < name.length; at++) hash = Math.imul(hash ^ name.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}
