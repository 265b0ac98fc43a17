import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import type { LogMelSettings } from '../../core/dataset.ts';
import { framesOf, logMel } from './log-mel.ts';

const golden = JSON.parse(
  await readFile(new URL('../../../tests/goldens/log-mel.json', import.meta.url), 'utf8'),
) as { settings: LogMelSettings; signal: number[]; expected: number[] };

it('a chirp has the spectrogram that numpy gives it', () => {
  const { settings, signal, expected } = golden;
  const result = logMel(settings)(Float32Array.from(signal));
  expect(result).toHaveLength(framesOf(signal.length, settings) * settings.bands);
  expected.forEach((value, at) => expect(result[at]).toBeCloseTo(value, 4));
});

it('silence is the floor, and a signal shorter than a window is one frame', () => {
  const result = logMel(golden.settings)(new Float32Array(10));
  expect(result).toHaveLength(golden.settings.bands);
  for (const value of result) expect(value).toBeCloseTo(Math.log(1e-10), 4);
});
