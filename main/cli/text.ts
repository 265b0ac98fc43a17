import type { InitialWeights, TuningEvent } from '../../engine/process/protocol.ts';

/** Rows in aligned columns, under a heading where there is one. */
export function table(heading: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = heading.length === 0 ? rows : [heading, ...rows];
  const columns = Math.max(...lines.map((line) => line.length));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...lines.map((line) => (line[column] ?? '').length)),
  );
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column]))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** The metrics of one split, e.g. "accuracy 0.9733, loss 0.0812". */
export function formatMetrics(metrics: Readonly<Record<string, number>>, split: string): string {
  return Object.entries(metrics)
    .filter(([name]) => name.startsWith(`${split}.`))
    .map(([name, value]) => `${name.slice(split.length + 1)} ${formatNumber(value)}`)
    .join(', ');
}

export function formatNumber(value: number): string {
  return Math.abs(value) >= 1000 ? value.toFixed(1) : value.toPrecision(4);
}

/** e.g. "3.2 s", "4 min 05 s". */
export function formatSeconds(seconds: number): string {
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`;
}

/** e.g. "12.3 M". */
export function formatCount(count: number): string {
  const units = ['', ' k', ' M', ' G', ' T'];
  const unit = Math.min(
    units.length - 1,
    Math.max(0, Math.floor(Math.log10(Math.max(1, Math.abs(count))) / 3)),
  );
  return unit === 0 ? String(count) : `${(count / 1000 ** unit).toPrecision(3)}${units[unit]}`;
}

/** What a run took from another one, and what it did not and why. */
export function formatInitial({ run, step, taken, left }: InitialWeights): string[] {
  const total = taken.length + left.length;
  return [
    `Begins with ${taken.length} of ${total} weights from run ${run}, step ${step}.`,
    ...left.map(({ name, reason }) => `  ${name} begins anew: ${reason}.`),
  ];
}

/** That tiles are timed, and which one won for each matrix product. */
export function formatTuning({ done, total, result }: Omit<TuningEvent, 'runId'>): string[] {
  if (done === 0) return [`Timing kernel tiles for ${total} matrix products …`];
  if (!result) return [];
  const { problem, tile, instead, gain } = result;
  const won = tile === instead ? 'as in the table' : `${gain.toFixed(2)} × as fast as ${instead}`;
  return [`  ${problem}: ${tile} (${won})`];
}
