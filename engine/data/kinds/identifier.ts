import { keptText, readKept, storeKept } from './kept.ts';
import { defineKind } from './kind.ts';

export default defineKind({
  id: 'identifier',
  title: 'Identifier',
  doc: 'A name or number that tells rows or groups of rows apart. It is kept as it is written, for you to read; no model sees it.',
  fields: {},
  roles: ['id', 'group', 'split'],
  begin: () => ({
    form: 'text',
    missing: '',
    stage: (cell) => (typeof cell === 'object' ? undefined : String(cell).trim()),
    fit: keptText,
  }),
  store: (cell, { shape }) =>
    typeof cell === 'object' || cell === undefined ? undefined : storeKept(String(cell).trim(), shape),
  read: readKept,
});
