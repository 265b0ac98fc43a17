import type { LayerSample } from './layer-harness.ts';
import type { SampleInput } from './op-harness.ts';

interface Settings {
  readonly units: number;
  readonly sequences?: boolean;
  readonly bidirectional?: boolean;
}

/** What every recurrent layer is checked on; `states`: the ports that its state goes in and out by. */
export function recurrentSamples(
  states: readonly string[],
): (Omit<LayerSample<Record<string, never>>, 'params'> & { readonly params: Settings })[] {
  const inputs = (
    mask: readonly SampleInput[] = [],
    state: readonly SampleInput[] = [],
  ): Record<string, readonly SampleInput[]> => ({
    input: [{ shape: [2, 4, 3] }],
    mask,
    ...Object.fromEntries(states.map((name) => [name, state])),
  });
  const mask: SampleInput = { shape: [2, 4], dtype: 'i32', values: [1, 1, 0, 0, 1, 0, 1, 1] };
  return [
    { name: 'the last state', params: { units: 3 }, inputs: inputs() },
    { name: 'every step', params: { units: 3, sequences: true }, inputs: inputs() },
    {
      name: 'both directions',
      params: { units: 2, sequences: true, bidirectional: true },
      inputs: inputs(),
    },
    {
      name: 'a given state and a mask',
      params: { units: 3 },
      inputs: inputs([mask], [{ shape: [2, 3] }]),
    },
  ];
}
