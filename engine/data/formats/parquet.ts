import { defineFormat, NOT_RECOGNISED } from '../format.ts';
import { nestedReader } from '../tables/nested-table.ts';
import { isParquet, parquetTable } from '../tables/parquet-table.ts';

export default defineFormat({
  id: 'parquet',
  title: 'Parquet table',
  doc:
    'Apache Parquet with any of its compressions (parquet.apache.org). Nested values become columns such as `size.width`. Read a ' +
    'group of rows at a time.',
  fields: {},

  async recognise(source) {
    if (!isParquet(source)) return NOT_RECOGNISED;
    return { confidence: 0.9, reasons: ['The file starts with the mark of Parquet.'] };
  },

  detect: async () => ({}),

  async open(source) {
    return nestedReader(await parquetTable(source));
  },
});
