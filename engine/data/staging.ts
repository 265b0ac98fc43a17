import { open, type FileHandle } from 'node:fs/promises';
import { createReadStream } from 'node:fs';
import { allocate, type TypedArray } from '../core/dtype.ts';
import { size } from '../core/shape.ts';
import type { TensorType } from '../core/tensor.ts';
import type { StagedForm, StagedRow } from './kinds/kind.ts';
import { linesOf } from './text.ts';

const BUFFER_BYTES = 1 << 20;

/** Appends the values of one column to a file, a megabyte at a time. */
export interface RowWriter {
  append(row: number | StagedRow): Promise<void>;
  /** Writes what is left, and waits until the disk has it. */
  close(): Promise<void>;
}

export function createWriter(path: string, form: StagedForm): Promise<RowWriter> {
  return form === 'text' ? TextWriter.create(path) : TensorWriter.create(path, form);
}

/** Reads a staged column row by row, in order. */
export function stagedRows(path: string, form: StagedForm): AsyncIterable<StagedRow> {
  return form === 'text' ? textRows(path) : tensorRows(path, form);
}

/** Rows of one type, one behind the other. */
export class TensorWriter implements RowWriter {
  private readonly file: FileHandle;
  private readonly buffer: TypedArray;
  private filled = 0;

  private constructor(file: FileHandle, buffer: TypedArray) {
    this.file = file;
    this.buffer = buffer;
  }

  static async create(path: string, { dtype, shape }: TensorType): Promise<TensorWriter> {
    const width = size(shape);
    const rows = Math.max(1, Math.floor(BUFFER_BYTES / (4 * width)));
    return new TensorWriter(await open(path, 'wx'), allocate(dtype, rows * width));
  }

  async append(row: number | StagedRow): Promise<void> {
    if (typeof row === 'number') this.buffer[this.filled++] = row;
    else {
      this.buffer.set(row as TypedArray, this.filled);
      this.filled += row.length;
    }
    if (this.filled === this.buffer.length) await this.flush();
  }

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
    await writeAll(this.file, bytes);
    this.filled = 0;
  }
}

async function* tensorRows(path: string, { dtype, shape }: TensorType): AsyncIterable<TypedArray> {
  const width = size(shape);
  const file = await open(path, 'r');
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

/** Texts of any length, or their tokens, as JSON line by line. */
class TextWriter implements RowWriter {
  private readonly file: FileHandle;
  private pending: string[] = [];
  private length = 0;

  private constructor(file: FileHandle) {
    this.file = file;
  }

  static async create(path: string): Promise<TextWriter> {
    return new TextWriter(await open(path, 'wx'));
  }

  async append(row: number | StagedRow): Promise<void> {
    const line = `${JSON.stringify(row)}\n`;
    this.pending.push(line);
    this.length += line.length;
    if (this.length >= BUFFER_BYTES) await this.flush();
  }

  async close(): Promise<void> {
    try {
      await this.flush();
      await this.file.sync();
    } finally {
      await this.file.close();
    }
  }

  private async flush(): Promise<void> {
    await writeAll(this.file, Buffer.from(this.pending.join('')));
    this.pending = [];
    this.length = 0;
  }
}

async function* textRows(path: string): AsyncIterable<string | string[]> {
  const text = createReadStream(path, { encoding: 'utf8', highWaterMark: BUFFER_BYTES });
  for await (const line of linesOf(text, path)) yield JSON.parse(line) as string | string[];
}

async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    done += (await file.write(bytes, done)).bytesWritten;
  }
}
