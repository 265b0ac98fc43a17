/** Sizes of memory and files, as people write and read them. */

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

/** `512 B`, `1.5 KiB`, `64 MiB` */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${value >= 100 || unit === 0 ? Math.round(value) : Number(value.toFixed(1))} ${UNITS[unit]}`;
}

const SIZE = /^(\d+(?:\.\d+)?)\s*([kmgt]?)(i?)b?$/i;

/** Bytes of `2GB`, `500 MB`, `1.5GiB` or `4096`; undefined where the text is no size. */
export function parseBytes(text: string): number | undefined {
  const [, number, letter = '', binary] = SIZE.exec(text.trim()) ?? [];
  if (number === undefined) return undefined;
  return Math.floor(
    Number(number) * (binary ? 1024 : 1000) ** ['', 'k', 'm', 'g', 't'].indexOf(letter.toLowerCase()),
  );
}
