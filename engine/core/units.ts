import { bindColumns, lastAxis } from './binding.ts';
import type { DatasetSchema } from './dataset.ts';
import { StrataError } from './errors.ts';

/** What a model's values are in the units of columns, for each entry of the last axis: value · scale + offset. */
export interface Units {
  readonly offset: readonly number[];
  readonly scale: readonly number[];
}

/** Units of target columns, as the training part has them. Throws what binding them throws, and `DATA_NO_UNITS`. */
export function unitsOf(schema: DatasetSchema, names: readonly string[]): Units {
  const { columns } = bindColumns(schema, names, 'target');
  const units = columns.flatMap((column) => {
    const { dtype, normalisation, statistics, name } = column;
    if (dtype === 'i32') throw noUnits(name);
    const { mean = 0, standardDeviation = 1 } = statistics ?? {};
    return Array.from({ length: lastAxis(column) }, (_, at) =>
      normalisation
        ? { offset: entry(normalisation.offset, at), scale: 1 / entry(normalisation.scale, at) }
        : { offset: mean, scale: standardDeviation || 1 },
    );
  });
  return { offset: units.map(({ offset }) => offset), scale: units.map(({ scale }) => scale) };
}

/** One entry may stand for all. */
const entry = (values: readonly number[], at: number): number => values[at % values.length];

function noUnits(name: string): StrataError {
  return new StrataError({
    code: 'DATA_NO_UNITS',
    message: `The column "${name}" has classes, which have no units.`,
    got: 'classes',
    expected: 'columns of numbers',
    fix: 'Leave scores of classes as they are.',
  });
}
