import { join } from 'node:path';
import type { Split } from '../../core/dataset.ts';
import { TensorWriter } from '../staging.ts';

/** Which rows of a column were missing: a bit for each row of a part, the first one lowest, in a file beside the column's shard. */

export function maskFile(split: Split, column: number): string {
  return join(split, `${column}.missing.bin`);
}

/** Bytes of the mask of so many rows. */
export const maskBytes = (rows: number): number => Math.ceil(rows / 8);

/** Writes a mask, row by row. */
export class MaskWriter {
  private readonly file: TensorWriter;
  private byte = 0;
  private bit = 0;

  constructor(path: string) {
    this.file = new TensorWriter(path, { dtype: 'u8', shape: [] });
  }

  append(missing: boolean): void {
    if (missing) this.byte |= 1 << this.bit;
    if (++this.bit === 8) this.flush();
  }

  close(): void {
    try {
      if (this.bit > 0) this.flush();
    } finally {
      this.file.close();
    }
  }

  private flush(): void {
    this.file.append(this.byte);
    this.byte = this.bit = 0;
  }
}

/** For each of `count` rows 1 where it was missing; the first row is the bit `first` of the bytes. */
export function unpackMask(bytes: Uint8Array, first: number, count: number): Uint8Array {
  return Uint8Array.from({ length: count }, (_, at) => (bytes[(first + at) >> 3] >> ((first + at) & 7)) & 1);
}
