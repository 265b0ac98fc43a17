import type { TensorType } from '../core/tensor.ts';
import { add, axis, constant, mul } from '../kernel/arithmetic.ts';
import type { Expression } from '../kernel/expression.ts';
import { loadsOf } from '../kernel/inspect.ts';
import type { Axis, Kernel, Work } from '../kernel/kernel.ts';
import { Substitution } from '../kernel/rewrite.ts';
import { workExpressions } from './fuse.ts';

type Accumulation = Extract<Work, { kind: 'reduce' | 'contract' }>;

/**
 * Splits a long accumulation into `parts` that run side by side and a kernel that adds them up and does the
 * stores: split-K for products with a small result, two stages for long reductions. Without atomics, so the
 * result is the same at every run. `partial` is the value that holds the parts.
 */
export function splitAccumulation(kernel: Kernel, parts: number, partial: number): Kernel[] {
  const { work } = kernel;
  if (
    work.kind === 'map' ||
    work.kind === 'rows' ||
    (work.kind === 'reduce' && (work.combine === 'argmax' || work.range))
  )
    return [kernel];
  const loops = work.kind === 'reduce' ? work.reduced : work.contracted;
  const chosen = chooseLoop(loops, parts);
  if (!chosen) return [kernel];
  const type: TensorType = {
    dtype: work.dtype,
    shape: [chosen.parts, ...kernel.axes.map(({ extent }) => extent)],
  };
  return [
    partialKernel(kernel, work, chosen, { value: partial, type }),
    joiningKernel(kernel, work, partial, type),
  ];
}

interface Choice {
  readonly loop: Axis;
  readonly parts: number;
}

/** The outermost loop that can be cut into nearly as many equal parts as wanted; else the one with the most parts. */
function chooseLoop(loops: readonly Axis[], wanted: number): Choice | undefined {
  const choices = loops.map((loop): Choice => ({ loop, parts: largestDivisor(loop.extent, wanted) }));
  const enough = choices.find(({ parts }) => parts > wanted / 2);
  const best = enough ?? choices.toSorted((a, b) => b.parts - a.parts)[0];
  return best && best.parts > 1 ? best : undefined;
}

function largestDivisor(extent: number, limit: number): number {
  for (let divisor = Math.min(extent, limit); divisor > 1; divisor--)
    if (extent % divisor === 0) return divisor;
  return 1;
}

function partialKernel(
  kernel: Kernel,
  work: Accumulation,
  { loop, parts }: Choice,
  { value, type }: { value: number; type: TensorType },
): Kernel {
  const part = axis('part', parts);
  const inner = axis(loop.name, loop.extent / parts);
  const replaced = add(mul(part, constant('i32', inner.extent)), inner);
  const substitution = new Substitution(new Map([[loop.name, replaced]]));
  const shorten = (loops: readonly Axis[]): Axis[] => loops.map((other) => (other === loop ? inner : other));
  const axes = [part, ...kernel.axes];
  const shortened: Work =
    work.kind === 'reduce'
      ? { ...work, result: value, reduced: shorten(work.reduced), element: substitution.apply(work.element) }
      : {
          ...work,
          result: value,
          roles: ['batch', ...work.roles],
          contracted: shorten(work.contracted),
          left: substitution.apply(work.left),
          right: substitution.apply(work.right),
        };
  const element = { kind: 'load', dtype: type.dtype, source: value, index: axes } as const;
  return {
    ...kernel,
    label: `${kernel.label} (parts)`,
    axes,
    work: shortened,
    stores: [{ value, type, element }],
    sources: sourcesIn(kernel.sources, workExpressions(shortened)),
  };
}

function joiningKernel(kernel: Kernel, work: Accumulation, partial: number, type: TensorType): Kernel {
  const part = axis('r0', type.shape[0]);
  const element = {
    kind: 'load',
    dtype: type.dtype,
    source: partial,
    index: [part, ...kernel.axes],
  } as const;
  const combine = work.kind === 'reduce' ? work.combine : 'sum';
  return {
    ...kernel,
    label: `${kernel.label} (joined)`,
    work: { kind: 'reduce', result: work.result, dtype: work.dtype, combine, reduced: [part], element },
    sources: new Map([
      ...sourcesIn(
        kernel.sources,
        kernel.stores.map((store) => store.element),
      ),
      [partial, type],
    ]),
  };
}

/** Those of a kernel's sources that some of its expressions read. */
function sourcesIn(sources: Kernel['sources'], expressions: readonly Expression[]): Kernel['sources'] {
  const read = new Set(expressions.flatMap(loadsOf).map(({ source }) => source));
  return new Map([...sources].filter(([source]) => read.has(source)));
}
