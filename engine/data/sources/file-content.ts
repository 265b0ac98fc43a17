import type { Problem } from '../../core/errors.ts';
import type { Fields, ParamsOf } from '../../core/fields.ts';
import type { ReaderColumn } from '../format.ts';
import type { FileTree } from './archive.ts';

/** What files are that are one example each, wherever what is known of them stands: images, sounds, texts. */
export interface FileContent<F extends Fields = Fields> {
  /** What one of them is called. */
  readonly noun: string;
  readonly fields: F;
  /** Names of the files that are read. */
  readonly fits: RegExp;
  /** True where rows keep the path of their file, so that people can go back to it. */
  readonly keepsPath?: true;
  /** Options that some of the files suggest. */
  detect(tree: FileTree, paths: readonly string[]): Promise<Partial<ParamsOf<F>>>;
  /** The column of the files' contents. */
  column(options: ParamsOf<F>): ReaderColumn;
  /** How the files are read, for people. */
  reason(options: ParamsOf<F>): string;
  /** The content of a file as its column has it. Throws where the file is none of these. */
  decode(bytes: Buffer, options: ParamsOf<F>): Promise<Uint8Array | Float32Array | string>;
  /** What is said of a file that cannot be read. */
  unreadable(path: string): Problem;
}
