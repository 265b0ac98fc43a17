import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { dirname, join, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { removeAbandoned } from '../../engine/data/sources/scratch.ts';

const PREFIX = '.uploads-';
/** `<id>/<path>`: an upload is a folder of its own, with files below it. */
const PLACE = /^([0-9a-f-]{36})(?:\/(.+))?$/;

/** Files that a browser brings, on disk beside the store until they are imported: streamed, of any size. */
export class Uploads {
  private readonly parent: string;
  private folder: Promise<string> | undefined;

  constructor(parent: string) {
    this.parent = parent;
  }

  /**
   * Takes one file, whose place is `<id>/<path>`; returns where it lies, or null where the place is none. A file that does not
   * arrive whole is removed.
   */
  async receive(place: string, body: IncomingMessage): Promise<string | null> {
    const [, id, path] = PLACE.exec(place) ?? [];
    if (id === undefined || path === undefined || path.includes('\0')) return null;
    const root = join(await this.made(), id);
    const file = join(root, path);
    if (!file.startsWith(root + sep)) return null;
    await mkdir(dirname(file), { recursive: true });
    try {
      await pipeline(body, createWriteStream(file, { flags: 'wx' }));
    } catch (error) {
      await rm(file, { force: true });
      throw error;
    }
    return file;
  }

  /** Removes everything that came under an id. */
  async discard(place: string): Promise<void> {
    const [, id] = PLACE.exec(place) ?? [];
    if (id !== undefined && this.folder)
      await rm(join(await this.folder, id), { recursive: true, force: true });
  }

  async close(): Promise<void> {
    if (this.folder) await rm(await this.folder, { recursive: true, force: true });
  }

  private made(): Promise<string> {
    this.folder ??= removeAbandoned(this.parent, PREFIX).then(() =>
      mkdtemp(join(this.parent, `${PREFIX}${process.pid}-`)),
    );
    return this.folder;
  }
}
