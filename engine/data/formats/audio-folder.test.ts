import { rm } from 'node:fs/promises';
import { zipSync } from 'fflate';
import wavefile from 'wavefile';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ImportFolder } from '../../../tests/harness/import.ts';
import { openSnapshot } from '../snapshots/snapshot.ts';
import { sourceSound } from '../sounds/source-sound.ts';

let folder: ImportFolder;
beforeEach(async () => {
  folder = await ImportFolder.create();
});
afterEach(() => folder.remove());

function tone(hertz: number, count: number, rate = 8000): Uint8Array {
  const file = new wavefile.WaveFile();
  const samples = Array.from({ length: count }, (_, at) =>
    Math.round(16_000 * Math.sin((2 * Math.PI * hertz * at) / rate)),
  );
  file.fromScratch(1, rate, '16', samples);
  return file.toBuffer();
}

const split = { validation: 0, test: 0, seed: 1, stratify: true };

describe('sounds', () => {
  it('that are long or slow are proposed to be read as they can be', async () => {
    for (const at of [1, 2]) await folder.write(`set/a/${at}.wav`, tone(5, 500 * 61, 500));
    await folder.write('set/b/3.wav', tone(5, 500, 500));
    const { options } = await folder.preview(`${folder.path}/set`);
    expect(options).toMatchObject({ rate: 1000, seconds: 60 });
  });

  it('in class folders become spectrograms that tell the tones apart', async () => {
    for (let at = 0; at < 3; at++) {
      await folder.write(`set/low/${at}.wav`, tone(300, 2000));
      await folder.write(`set/high/${at}.wav`, tone(3000, 2000));
    }
    const path = `${folder.path}/set`;
    const { format, options, columns, rows } = await folder.preview(path);
    expect(rows[0]).toMatchObject([{ form: 'picture' }, 'high', 'high/0.wav']);
    expect({ format, options }).toMatchObject({
      format: 'audio-folder',
      options: { rate: 8000, seconds: 0.25 },
    });
    expect(columns.map(({ kind, role }) => [kind, role])).toEqual([
      ['audio', 'input'],
      ['category', 'target'],
      ['identifier', 'id'],
    ]);
    const { schema, folder: at } = await folder.import(path, { split, normalise: false });
    // 32 ms are 256 samples, 16 ms are 128.
    expect(schema.columns[0]).toMatchObject({
      kind: 'audio',
      dtype: 'f32',
      shape: [1 + Math.floor((2000 - 256) / 128), 40],
    });
    const snapshot = await openSnapshot(at);
    const [sounds, classes] = [
      await snapshot.read('train', 'sound', 0, 6),
      await snapshot.read('train', 'class', 0, 6),
    ];
    await snapshot.close();
    for (let row = 0; row < 6; row++) {
      const frame = Array.from(sounds.subarray(row * 14 * 40, row * 14 * 40 + 40));
      const loudest = frame.indexOf(Math.max(...frame));
      expect(loudest > 20).toBe(schema.columns[1].classes![classes[row]] === 'high');
    }
  });

  it('named after their class, of other rates and lengths, can be read as samples', async () => {
    const files = Object.fromEntries(
      [0, 1, 2, 3].map((at) => [
        `rec/${at % 2}_anna_${at}.wav`,
        tone(440, at === 3 ? 4000 : 1600, at === 3 ? 16_000 : 8000),
      ]),
    );
    const path = await folder.write('set.zip', zipSync(files));
    const sound = { name: 'sound', kind: 'audio', role: 'input', options: { view: 'samples' } } as const;
    const { schema } = await folder.import(path, {
      split,
      columns: [sound],
      source: { options: { rate: 8000, seconds: 0.2 } },
    });
    expect(schema.columns[0].shape).toEqual([1600, 1]);
    expect(schema.columns[1].classes).toEqual(['0', '1']);
    expect(schema.rows.train).toBe(4);
  });

  it.each(['folder', 'archive'])('are played as they lie in the %s, as long as they do', async (kind) => {
    const files: Record<string, Uint8Array> = Object.fromEntries(
      [300, 500, 700, 900].map((hertz, at) => [`${at % 2}/${hertz}.wav`, tone(hertz, 800)]),
    );
    for (const [name, bytes] of Object.entries(files)) await folder.write(`set/${name}`, bytes);
    const path = kind === 'folder' ? `${folder.path}/set` : await folder.write('set.zip', zipSync(files));
    const { folder: dataset } = await folder.import(path, { split });
    const play = (row: number) => sourceSound({ dataset, split: 'train', row });
    const played = await Promise.all([0, 1, 2, 3].map(play));
    const urls = Object.values(files).map(
      (bytes) => `data:audio/wav;base64,${Buffer.from(bytes).toString('base64')}`,
    );
    expect(played.toSorted()).toEqual(urls.toSorted());
    const snapshot = await openSnapshot(dataset);
    const classes = await snapshot.read('train', 'class', 0, 4);
    await snapshot.close();
    played.forEach((url, row) => expect(urls.indexOf(url) % 2).toBe(classes[row]));

    if (kind === 'folder') {
      await rm(path, { recursive: true });
      await folder.write('set/0/other.wav', tone(440, 800));
    } else await folder.write('set.zip', zipSync({ '0/other.wav': tone(440, 800) }));
    await expect(play(0)).rejects.toMatchObject({ problem: { code: 'SOUND_GONE' } });
    await rm(path, { recursive: true });
    await expect(play(0)).rejects.toMatchObject({ problem: { code: 'SOUND_GONE' } });
  });

  it('that cannot be read are listed and left out', async () => {
    for (const at of [0, 1]) await folder.write(`set/${at ? 'a' : 'b'}/x.wav`, tone(440, 800));
    await folder.write('set/a/bad.wav', 'no sound at all');
    const { skipped } = await folder.import(`${folder.path}/set`, { split });
    expect(skipped).toMatchObject([{ code: 'SOUND_UNREADABLE', where: `${folder.path}/set: a/bad.wav` }]);
  });

  it('of one class are read alone, and that is told', async () => {
    await folder.write('set/a/1.wav', tone(440, 800));
    await folder.write('set/a/2.wav', tone(440, 800));
    const { schema, warnings } = await folder.import(`${folder.path}/set`, { split });
    expect(schema.columns.map(({ role }) => role)).toEqual(['input', 'id']);
    expect(warnings).toContainEqual(expect.objectContaining({ code: 'SOUNDS_NO_CLASSES' }));
  });
});
