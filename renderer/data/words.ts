import type { JobProgress, Preview, Shown } from '../../engine/process/protocol.ts';
import { showNumber } from '../ui/numbers.ts';
import { plainNumber } from './columns.ts';
import { formatBytes, formatCount, formatDuration, formatShort } from '../ui/format.ts';

/** How many rows a source has, as far as is known before it is read: `150`, `about 25.1 M`, or null. */
export function countOf({
  totalRows,
  estimatedRows,
}: Pick<Preview, 'totalRows' | 'estimatedRows'>): string | null {
  if (totalRows !== null) return formatCount(totalRows);
  return estimatedRows === undefined ? null : `about ${formatShort(Number(estimatedRows.toPrecision(2)))}`;
}

/** The first names of many: `a, b, c and 197 more`. */
export function listed(names: readonly string[], most = 8): string {
  const first = names.slice(0, most).join(', ');
  return names.length > most ? `${first} and ${formatCount(names.length - most)} more` : first;
}

/** A name that none has: `iris 2` after `iris`, `iris 3` after that. */
export function nextName(name: string, taken: readonly string[]): string {
  const stem = name.replace(/ \d+$/, '');
  let number = 2;
  while (taken.includes(`${stem} ${number}`)) number++;
  return `${stem} ${number}`;
}

/** How far a job is: `45 % · 85 MiB/s · 12 s left`. */
export function paceOf({
  done,
  total,
  bytesPerSecond,
  secondsLeft,
}: Omit<JobProgress, 'jobId' | 'stage'>): string {
  return [
    total ? `${Math.min(100, Math.floor((100 * done) / total))} %` : formatCount(done),
    ...(bytesPerSecond === undefined ? [] : [`${formatBytes(bytesPerSecond)}/s`]),
    ...(secondsLeft === undefined ? [] : [`${formatDuration(Math.ceil(secondsLeft))} left`]),
  ].join(' · ');
}

/** What a value is that was missing: `missing, filled with 12.5`. */
export function filledWith(shown: Shown): string {
  switch (shown.form) {
    case 'number':
      return `missing, filled with ${showNumber(plainNumber(shown.value))}`;
    case 'class':
      return `missing, filled with ${shown.name}`;
    case 'text':
      return shown.text === '' ? 'missing' : `missing, filled with ${shown.text}`;
    default:
      return 'missing, filled in';
  }
}
