import { soundContent } from '../sounds/sound-files.ts';
import { folderFormat } from '../sources/folder-format.ts';

export default folderFormat({
  id: 'audio-folder',
  title: 'Folder of sounds',
  doc:
    'A folder or archive of WAV (8 to 32 bits, A-law, µ-law, any rate) or FLAC files, one folder per class, or with the class at the beginning of ' +
    'their names as in `7_george_3.wav`. Several channels become one. A file that cannot be read is listed and left out. The path of each file is kept as an id, by which the ' +
    'data page finds the sound to play it.',
  content: soundContent,
  classless: {
    code: 'SOUNDS_NO_CLASSES',
    message: 'The sounds have no classes: they are read alone, without a target.',
    expected: 'a folder of sounds for each of several classes, or classes at the beginning of the names',
    fix: 'Where there are classes, choose the folder above theirs.',
  },
});
