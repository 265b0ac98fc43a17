import { tableFormat } from '../sources/table-format.ts';
import { textContent } from '../sources/text-files.ts';

export default tableFormat({
  id: 'text-table',
  title: 'Texts with a table',
  doc:
    'A folder or archive of text files and a CSV table or JSON lines, one column of which names a text in each row, with its ending or without. ' +
    'The other columns become columns of the data set. Texts that no row names are listed and left out.',
  content: textContent,
  missing: (name, where) => ({
    code: 'TEXT_MISSING',
    message: `There is no text ${name}, or there are several. What is said of it was left out.`,
    where,
    got: name,
    fix: 'Put the text into the folder, name it with its folder, or delete what is said of it.',
  }),
  unnamed: (path, where) => ({
    code: 'TEXT_UNNAMED',
    message: `No row names the text ${path}. It was left out.`,
    where,
    got: path,
    fix: 'Add a row for it to the table, or delete the text.',
  }),
  noTable: {
    code: 'TEXTS_NO_TABLE',
    message: 'There is no table that names the texts.',
    expected: 'a CSV table or JSON lines with a column of the texts’ names',
    fix: 'Put the table into the folder of the texts, or choose another format.',
  },
});
