import { soundContent } from '../sounds/sound-files.ts';
import { tableFormat } from '../sources/table-format.ts';

export default tableFormat({
  id: 'audio-table',
  title: 'Sounds with a table',
  doc:
    'A folder or archive of WAV or FLAC files and a CSV table or JSON lines, one column of which names a sound in each row, with its ending or without. ' +
    'The other columns become columns of the data set. Of several tables with the same columns each is a part, where its name or its folder says so; ' +
    'sounds that no row names are listed and left out. The path of each file is kept as an id, by which the data page finds the sound to play it.',
  content: soundContent,
  missing: (name, where) => ({
    code: 'SOUND_MISSING',
    message: `There is no sound ${name}, or there are several. What is said of it was left out.`,
    where,
    got: name,
    fix: 'Put the sound into the folder, name it with its folder, or delete what is said of it.',
  }),
  unnamed: (path, where) => ({
    code: 'SOUND_UNNAMED',
    message: `No row names the sound ${path}. It was left out.`,
    where,
    got: path,
    fix: 'Add a row for it to the table, or delete the sound.',
  }),
  noTable: {
    code: 'SOUNDS_NO_TABLE',
    message: 'There is no table that names the sounds.',
    expected: 'a CSV table or JSON lines with a column of the sounds’ names',
    fix: 'Put the table into the folder of the sounds, or choose another format.',
  },
});
