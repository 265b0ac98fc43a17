/** How samples are written (Microsoft, Multimedia Programming Interface 1.0). */
const PCM = 1;
const [FLOAT, A_LAW, MU_LAW] = [3, 6, 7];
/** The header goes on, and says it there. */
const EXTENSIBLE = 0xfffe;
/** Sizes from here on stand for one that was not known when the file was begun. */
const UNKNOWN_SIZE = 0x7fff0000;

/** Names of the unpacking functions of the library. */
const UNPACKED_BY = { [A_LAW]: 'fromALaw', [MU_LAW]: 'fromMuLaw' } as const;

export interface PreparedWav {
  readonly bytes: Uint8Array;
  readonly unpackedBy?: (typeof UNPACKED_BY)[keyof typeof UNPACKED_BY];
}

/**
 * A WAV file as the library reads it rightly: it takes what stands in the longer header for whole numbers, and bits that do not fill their
 * bytes for all of them. Throws an `Error` where samples are missing, or written in a way that is not read.
 */
export function preparedWav(original: Buffer): PreparedWav {
  const bytes = new Uint8Array(original);
  // What does not begin so is left to the library.
  if (original.toString('latin1', 0, 4) !== 'RIFF') return { bytes };
  const view = Buffer.from(bytes.buffer);
  let format = PCM;
  for (let at = 12; at + 8 <= view.length;) {
    const id = view.toString('latin1', at, at + 4);
    const size = view.readUInt32LE(at + 4);
    const start = at + 8;
    if (id === 'fmt ' && size >= 16 && start + size <= view.length) format = describe(view, start, size);
    if (id === 'data' && size < UNKNOWN_SIZE && start + size > view.length)
      throw new Error('The samples end too early.');
    at = start + size + (size % 2);
  }
  return { bytes, unpackedBy: UNPACKED_BY[format as keyof typeof UNPACKED_BY] };
}

/** Writes plainly into the header how samples are written, and returns it. */
function describe(view: Buffer, start: number, size: number): number {
  const named = view.readUInt16LE(start);
  const format = named === EXTENSIBLE && size >= 40 ? view.readUInt16LE(start + 24) : named;
  if (format !== PCM && format !== FLOAT && !(format in UNPACKED_BY))
    throw new Error(`Its samples are packed in a way that is not read (0x${format.toString(16)}).`);
  view.writeUInt16LE(format, start);
  const channels = view.readUInt16LE(start + 2);
  if (format === PCM && channels > 0)
    view.writeUInt16LE((8 * view.readUInt16LE(start + 12)) / channels, start + 14);
  return format;
}
