import type { DataType, Vector } from 'apache-arrow';
import type { Values } from './nested-table.ts';

type Arrow = typeof import('apache-arrow');
type Plain = (value: unknown) => unknown;

const asItIs: Plain = (value) => value;

/** The values of a column as numbers, texts, dates, bytes, lists and records. */
export function valuesOf(arrow: Arrow, vector: Vector): Values {
  const { DataType } = arrow;
  const { type, nullCount } = vector;
  // Numbers lie as they are needed, but for those of 16 bits.
  const numbers = DataType.isInt(type) || (DataType.isFloat(type) && type.precision > 0);
  if (numbers && nullCount === 0) return vector.toArray() as Values;
  const plain = plainer(arrow, type as DataType);
  return { length: vector.length, at: (row) => plain(vector.get(row)) };
}

function plainer(arrow: Arrow, type: DataType): Plain {
  const { DataType } = arrow;
  if (DataType.isDictionary(type)) return plainer(arrow, type.dictionary as DataType);
  // A date is handed out as its milliseconds since 1970.
  if (DataType.isDate(type) || DataType.isTimestamp(type)) return present((value) => new Date(Number(value)));
  if (DataType.isDecimal(type))
    return present((value) => Number(wholeOf(value as Uint32Array)) / 10 ** type.scale);
  if (DataType.isList(type) || DataType.isFixedSizeList(type) || DataType.isLargeList(type)) {
    const inner = plainer(arrow, type.children[0].type as DataType);
    return present((value) => Array.from(value as Iterable<unknown>, inner));
  }
  if (DataType.isStruct(type)) {
    const fields = type.children.map(({ name, type }) => [name, plainer(arrow, type as DataType)] as const);
    return present((value) => {
      const struct = value as Record<string, unknown>;
      return Object.fromEntries(fields.map(([name, inner]) => [name, inner(struct[name])]));
    });
  }
  if (DataType.isMap(type)) {
    const [, inner] = type.children[0].type.children.map(({ type }) => plainer(arrow, type as DataType));
    return present((value) =>
      Object.fromEntries(
        Array.from(value as Iterable<[unknown, unknown]>, ([key, part]) => [String(key), inner(part)]),
      ),
    );
  }
  return asItIs;
}

const present =
  (plain: Plain): Plain =>
  (value) =>
    value === null || value === undefined ? null : plain(value);

/** A whole number in two's complement, the lowest 32 bits first. */
function wholeOf(words: Uint32Array): bigint {
  let whole = 0n;
  for (let at = words.length - 1; at >= 0; at--) whole = (whole << 32n) | BigInt(words[at]);
  return BigInt.asIntN(32 * words.length, whole);
}
