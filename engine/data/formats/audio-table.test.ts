import { zipSync } from 'fflate';
import wavefile from 'wavefile';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ImportFolder } from '../../../tests/harness/import.ts';
import { sourceSound } from '../sounds/source-sound.ts';

let folder: ImportFolder;
beforeEach(async () => {
  folder = await ImportFolder.create();
});
afterEach(() => folder.remove());

function tone(hertz: number): Uint8Array {
  const file = new wavefile.WaveFile();
  const samples = Array.from({ length: 2000 }, (_, at) => Math.round(9000 * Math.sin((hertz * at) / 1273)));
  file.fromScratch(1, 8000, '16', samples);
  return file.toBuffer();
}

/** Sounds of five folds, which the beginning of their names tells, and a table of what they are. */
function folds(): Record<string, Uint8Array> {
  const names = Array.from({ length: 10 }, (_, at) => `${1 + (at % 5)}-${100 + at}-A-${at % 2}.wav`);
  const rows = names.map((name, at) => `${name},${1 + (at % 5)},${['dog', 'rain'][at % 2]}`);
  const table = ['filename,fold,category', ...rows, '9-999-A-0.wav,1,dog'].join('\n');
  return {
    ...Object.fromEntries(names.map((name, at) => [`set/audio/${name}`, tone(at % 2 ? 3000 : 300)])),
    'set/audio/extra.wav': tone(500),
    'set/meta/table.csv': Buffer.from(table),
  };
}

describe('sounds with a table', () => {
  it.each(['folder', 'zip'])('in a %s have the columns of their rows', async (form) => {
    const files = folds();
    for (const [name, content] of Object.entries(files)) await folder.write(name, content);
    const path = form === 'zip' ? await folder.write('set.zip', zipSync(files)) : `${folder.path}/set`;
    const { format, columns, reasons } = await folder.preview(path);
    expect(format).toBe('audio-table');
    expect(reasons[0]).toMatch(/^Column "filename" of .*meta\/table\.csv names the sounds\.$/);
    expect(columns).toMatchObject([
      { name: 'sound', kind: 'audio', role: 'input' },
      { name: 'fold', role: 'ignore' },
      { name: 'category', kind: 'category', role: 'target' },
      { kind: 'identifier', role: 'id' },
    ]);
    const split = { validation: 0, test: 0 };
    const { folder: made, schema, skipped } = await folder.import(path, { split });
    expect(schema.rows.train).toBe(10);
    expect(schema.columns[1]).toMatchObject({ classes: ['dog', 'rain'], counts: [5, 5] });
    expect(skipped.map(({ code, got }) => [code, got?.split('/').at(-1)])).toEqual([
      ['SOUND_MISSING', '9-999-A-0.wav'],
      ['SOUND_UNNAMED', 'extra.wav'],
    ]);
    // A sound is found again, to be played.
    const first = Buffer.from(files['set/audio/1-100-A-0.wav']).toString('base64');
    expect(await sourceSound({ dataset: made, split: 'train', row: 0 })).toBe(
      `data:audio/wav;base64,${first}`,
    );
  });
});
