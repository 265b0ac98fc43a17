import { open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { Column } from '../core/dataset.ts';
import { allocate, type TypedArray } from '../core/dtype.ts';
import { size } from '../core/shape.ts';

const BUFFER_BYTES = 1 << 20;

/** Appends values of one column to a file, a megabyte at a time. */
export class ColumnWriter {
  private readonly file: FileHandle;
  private readonly buffer: TypedArray;
  private filled = 0;

  private constructor(file: FileHandle, buffer: TypedArray) {
    this.file = file;
    this.buffer = buffer;
  }

  static async create(
    path: string,
    { dtype, shape }: Pick<Column, 'dtype' | 'shape'>,
  ): Promise<ColumnWriter> {
    const width = size(shape);
    const rows = Math.max(1, Math.floor(BUFFER_BYTES / (4 * width)));
    return new ColumnWriter(await open(path, 'wx'), allocate(dtype, rows * width));
  }

  /** One row: a number, or the values of its tensor. */
  async append(row: number | ArrayLike<number>): Promise<void> {
    if (typeof row === 'number') this.buffer[this.filled++] = row;
    else {
      this.buffer.set(row, this.filled);
      this.filled += row.length;
    }
    if (this.filled === this.buffer.length) await this.flush();
  }

  /** Writes what is left, and waits until the disk has it. */
  async close(): Promise<void> {
    try {
      await this.flush();
      await this.file.sync();
    } finally {
      await this.file.close();
    }
  }

  private async flush(): Promise<void> {
    const bytes = new Uint8Array(this.buffer.buffer, 0, this.filled * this.buffer.BYTES_PER_ELEMENT);
    for (let done = 0; done < bytes.length;) {
      done += (await this.file.write(bytes, done)).bytesWritten;
    }
    this.filled = 0;
  }
}

/** Reads a staged column row by row, in order. */
export async function* stagedRows(
  folder: string,
  name: string,
  { dtype, shape }: Pick<Column, 'dtype' | 'shape'>,
): AsyncIterable<TypedArray> {
  const width = size(shape);
  const file = await open(join(folder, name), 'r');
  try {
    const block = allocate(dtype, Math.max(1, Math.floor(BUFFER_BYTES / (4 * width))) * width);
    const bytes = new Uint8Array(block.buffer);
    for (;;) {
      const { bytesRead } = await file.read(bytes, 0, bytes.length);
      const values = bytesRead / block.BYTES_PER_ELEMENT;
      // A fresh copy per block: rows are handed out as views and may be kept for a while.
      const rows = block.slice(0, values);
      for (let at = 0; at < values; at += width) yield rows.subarray(at, at + width);
      if (bytesRead < bytes.length) return;
    }
  } finally {
    await file.close();
  }
}
