/** Numbers, sizes and times as people read them. */

export { formatBytes } from '../../engine/core/bytes.ts';

/** `1,234,567` */
export function formatCount(count: number): string {
  return count.toLocaleString('en');
}

/** `1.2 k`, `3.4 M`: three digits at most, for places with little room. */
export function formatShort(count: number): string {
  const units = ['', ' k', ' M', ' G', ' T'];
  let value = count;
  let unit = 0;
  while (Math.abs(value) >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 ? value : Number(value.toPrecision(3))}${units[unit]}`;
}

/** `0.4 s`, `12 s`, `3 min 05 s`, `2 h 10 min` */
export function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) return '–';
  if (seconds < 10) return `${Number(seconds.toFixed(1))} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} min ${String(whole % 60).padStart(2, '0')} s`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}

const AGO = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
const SPANS = [
  { unit: 'minute', seconds: 60, until: 3600 },
  { unit: 'hour', seconds: 3600, until: 86_400 },
  { unit: 'day', seconds: 86_400, until: 7 * 86_400 },
] as const;

/** `just now`, `5 minutes ago`, `yesterday`, and the date where it is more than a week ago. */
export function formatAgo(iso: string, now: number = Date.now()): string {
  const seconds = (now - Date.parse(iso)) / 1000;
  if (seconds < 45) return 'just now';
  const span = SPANS.find(({ until }) => seconds < until);
  if (span) return AGO.format(-Math.max(1, Math.round(seconds / span.seconds)), span.unit);
  return new Date(iso).toLocaleDateString('en', { day: 'numeric', month: 'short', year: 'numeric' });
}
