import { defineFormat, NOT_RECOGNISED } from '../format.ts';
import { arrowTable, isArrowFile, isArrowStream } from '../tables/arrow-table.ts';
import { nestedReader } from '../tables/nested-table.ts';

export default defineFormat({
  id: 'arrow',
  title: 'Arrow table',
  doc:
    'Apache Arrow in a file (`.arrow`, Feather version 2), or as a stream of record batches (arrow.apache.org), packed with LZ4 or ' +
    'Zstandard or not at all. Nested values become columns such as `size.width`.',
  fields: {},

  async recognise(source) {
    if (isArrowFile(source)) return { confidence: 0.9, reasons: ['The file starts with the mark of Arrow.'] };
    return isArrowStream(source)
      ? { confidence: 0.5, reasons: ['It begins as a stream of Arrow record batches.'] }
      : NOT_RECOGNISED;
  },

  detect: async () => ({}),

  async open(source) {
    return nestedReader(await arrowTable(source));
  },
});
