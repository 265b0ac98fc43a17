import { appendFileSync, closeSync, createReadStream, openSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { allocate, BYTES, type DType, type TypedArray } from '../core/dtype.ts';
import { size } from '../core/shape.ts';
import type { TensorType } from '../core/tensor.ts';
import type { StagedBatch, StagedForm, StagedRow } from './kinds/kind.ts';
import { linesOf } from './sources/text.ts';

/** What waits in memory to be written: of one column, and of all that are written beside each other. */
const BUFFER_BYTES = 1 << 18;
const BUFFERS_BYTES = 1 << 27;
/** Bytes that memory for a column begins with; it grows as it is needed. */
const FIRST_BYTES = 1 << 10;
/** A column is read in larger pieces than it is written: only one is read at a time. */
const READ_BYTES = 1 << 20;
/** Texts that are handed on at once. */
const BATCH_TEXTS = 1000;

/**
 * Appends the values of one column to a file, many at a time. Written while the caller waits: handing every value to a promise
 * would take longer than writing it.
 */
export interface RowWriter {
  append(row: StagedRow): void;
  appendAll(rows: StagedBatch): void;
  /** Writes what is left. */
  close(): void;
}

/** A writer beside others: as many as `beside` are used at the same time. */
export function createWriter(path: string, form: StagedForm, beside = 1): RowWriter {
  const most = Math.max(FIRST_BYTES, Math.min(BUFFER_BYTES, BUFFERS_BYTES / beside));
  if (form === 'text') return new TextWriter(path, most);
  return form === 'indices' ? new IndexWriter(path, most) : new TensorWriter(path, form, 'wx', most);
}

/** Room for rows of a staged column. */
export function emptyBatch(form: StagedForm, rows: number): TypedArray | StagedRow[] {
  return typeof form === 'string' || form.shape.length > 0
    ? new Array<StagedRow>(rows).fill('')
    : allocate(form.dtype, rows);
}

/** Reads a staged column in order. A batch of single values is to be used before the next one. */
export function stagedRows(path: string, form: StagedForm): AsyncIterable<StagedBatch> {
  if (form === 'text') return textRows(path);
  return form === 'indices' ? indexRows(path) : tensorRows(path, form);
}

/** Rows of one type, one behind the other. The file is open only while it is written to: there may be more columns than open files. */
export class TensorWriter implements RowWriter {
  private readonly path: string;
  private readonly dtype: DType;
  /** Values that wait in memory. */
  private readonly most: number;
  private buffer: TypedArray;
  private filled = 0;

  /** `flags`: `wx` for a new file, `a` to go on with one. */
  constructor(
    path: string,
    { dtype, shape }: TensorType,
    flags: 'wx' | 'a' = 'wx',
    mostBytes: number = BUFFER_BYTES,
  ) {
    closeSync(openSync(path, flags));
    this.path = path;
    this.dtype = dtype;
    this.most = Math.max(size(shape), mostBytes / 4);
    this.buffer = allocate(dtype, Math.min(this.most, FIRST_BYTES / 4));
  }

  append(row: StagedRow): void {
    if (typeof row === 'number') {
      if (this.filled === this.buffer.length) this.makeRoom(1);
      this.buffer[this.filled++] = row;
    } else this.appendValues(row as TypedArray);
  }

  appendAll(rows: StagedBatch): void {
    if (ArrayBuffer.isView(rows)) this.appendValues(rows);
    else for (const row of rows) this.append(row);
  }

  close(): void {
    this.flush();
  }

  private appendValues(values: TypedArray): void {
    if (this.filled + values.length > this.buffer.length) this.makeRoom(values.length);
    if (this.filled + values.length <= this.buffer.length) {
      this.buffer.set(values, this.filled);
      this.filled += values.length;
      return;
    }
    for (let done = 0; done < values.length;) {
      if (this.filled === this.buffer.length) this.flush();
      const part = values.subarray(done, done + this.buffer.length - this.filled);
      this.buffer.set(part, this.filled);
      this.filled += part.length;
      done += part.length;
    }
  }

  /** For so many values more, as far as memory is granted; writes what is there where it is full. */
  private makeRoom(more: number): void {
    if (this.buffer.length === this.most) return this.flush();
    const larger = allocate(
      this.dtype,
      Math.min(this.most, Math.max(2 * this.buffer.length, this.filled + more)),
    );
    larger.set(this.buffer.subarray(0, this.filled));
    this.buffer = larger;
  }

  private flush(): void {
    const bytes = this.filled * this.buffer.BYTES_PER_ELEMENT;
    if (bytes > 0) appendFileSync(this.path, new Uint8Array(this.buffer.buffer, 0, bytes));
    this.filled = 0;
  }
}

/** The next rows are read while some are used. */
async function* tensorRows(path: string, { dtype, shape }: TensorType): AsyncIterable<StagedBatch> {
  const width = size(shape);
  const file = await open(path, 'r');
  const bytes = Math.min(READ_BYTES, (await file.stat()).size);
  const room = () => allocate(dtype, Math.max(1, Math.floor(bytes / (BYTES[dtype] * width))) * width);
  const read = async (block: TypedArray) => {
    const bytes = new Uint8Array(block.buffer);
    const { bytesRead } = await file.read(bytes, 0, bytes.length);
    return block.subarray(0, bytesRead / block.BYTES_PER_ELEMENT);
  };
  const single = shape.length === 0;
  let [used, free] = [room(), room()];
  let next = read(free);
  try {
    for (;;) {
      const values = await next;
      if (values.length === 0) return;
      // Rows of several values are handed out as views and may be kept for a while.
      [used, free] = [free, single ? used : room()];
      next = read(free);
      yield single ? values : rowsOf(values, width);
    }
  } finally {
    await next.catch(() => {});
    await file.close();
  }
}

const rowsOf = (values: TypedArray, width: number): TypedArray[] =>
  Array.from({ length: values.length / width }, (_, row) => values.subarray(row * width, (row + 1) * width));

const INDEX: TensorType = { dtype: 'i32', shape: [] };

/** Whole numbers, as many as a row has, behind how many there are. */
class IndexWriter implements RowWriter {
  private readonly values: TensorWriter;

  constructor(path: string, mostBytes: number) {
    this.values = new TensorWriter(path, INDEX, 'wx', mostBytes);
  }

  append(row: StagedRow): void {
    const indices = row as Int32Array;
    this.values.append(indices.length);
    this.values.appendAll(indices);
  }

  appendAll(rows: StagedBatch): void {
    for (const row of rows) this.append(row);
  }

  close(): void {
    this.values.close();
  }
}

async function* indexRows(path: string): AsyncIterable<StagedBatch> {
  let rest = new Int32Array(0);
  for await (const read of tensorRows(path, INDEX)) {
    const values = new Int32Array(rest.length + read.length);
    values.set(rest);
    values.set(read as Int32Array, rest.length);
    const rows: Int32Array[] = [];
    let at = 0;
    while (at < values.length && at + values[at] < values.length) {
      rows.push(values.subarray(at + 1, at + 1 + values[at]));
      at += 1 + values[at];
    }
    rest = values.slice(at);
    yield rows;
  }
}

/** Texts of any length, or their tokens, as JSON line by line. */
class TextWriter implements RowWriter {
  private readonly path: string;
  private readonly most: number;
  private pending: string[] = [];
  private length = 0;

  constructor(path: string, most: number) {
    closeSync(openSync(path, 'wx'));
    this.path = path;
    this.most = most;
  }

  append(row: StagedRow): void {
    const line = `${JSON.stringify(row)}\n`;
    this.pending.push(line);
    this.length += line.length;
    if (this.length >= this.most) this.flush();
  }

  appendAll(rows: StagedBatch): void {
    for (const row of rows) this.append(row);
  }

  close(): void {
    this.flush();
  }

  private flush(): void {
    appendFileSync(this.path, this.pending.join(''));
    this.pending = [];
    this.length = 0;
  }
}

async function* textRows(path: string): AsyncIterable<StagedBatch> {
  const text = createReadStream(path, { encoding: 'utf8', highWaterMark: BUFFER_BYTES });
  let batch: (string | string[])[] = [];
  for await (const line of linesOf(text, path)) {
    batch.push(JSON.parse(line) as string | string[]);
    if (batch.length < BATCH_TEXTS) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
