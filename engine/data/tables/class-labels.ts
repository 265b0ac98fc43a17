import type { Values } from './nested-table.ts';

/** What data sets of Hugging Face say of their columns in the metadata of a Parquet or Arrow file, under this key. */
export const FEATURES_KEY = 'huggingface';

interface Feature {
  readonly names?: readonly string[];
  /** Of each element of a list. */
  readonly feature?: Feature;
}

/** Names of classes by column whose values are their numbers; none where the metadata is of another form. */
export function classLabels(metadata: string | undefined): Map<string, readonly string[]> {
  try {
    const { info } = JSON.parse(metadata ?? '') as {
      readonly info: { readonly features: Readonly<Record<string, Feature>> };
    };
    return new Map(
      Object.entries(info.features).flatMap(([column, { names, feature }]) => {
        const classes = names ?? feature?.names;
        return Array.isArray(classes) ? [[column, classes]] : [];
      }),
    );
  } catch {
    return new Map();
  }
}

/** Values with names of classes for their numbers. −1 stands for none. */
export function labelled(values: Values, classes: readonly string[] | undefined): Values {
  if (!classes) return values;
  const nameOf = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(nameOf);
    if (value === null || value === undefined || Number(value) === -1) return null;
    return classes[Number(value)] ?? value;
  };
  return { length: values.length, at: (row) => nameOf(values.at(row)) };
}
