import { StrataError } from '../../engine/core/errors.ts';

/** Files that a person dropped or picked, on their way to a path that the engine can read. */

declare global {
  interface Window {
    /** Desktop: where a file lies (main/desktop/preload.ts). */
    readonly strataPathOf?: (file: File) => string;
  }
}

/** A file with its place below what was dropped, e.g. `photos/cats/1.jpg`. */
interface PlacedFile {
  readonly file: File;
  readonly path: string;
}

/** What a drop holds. Read from the event at once: browsers forget it when the event is over. */
export interface Dropped {
  readonly files: readonly File[];
  /** Files and folders as the browser tells of them; empty for files that were picked. */
  readonly entries: readonly FileSystemEntry[];
}

export interface Transfer {
  /** Bytes, of all files together. */
  readonly onProgress: (done: number, total: number) => void;
  readonly signal: AbortSignal;
}

export function droppedBy(transfer: DataTransfer): Dropped {
  const entries = [...transfer.items].flatMap((item) => item.webkitGetAsEntry() ?? []);
  return { files: [...transfer.files], entries };
}

/** True for a drag that brings files, not a layer of the palette or a piece of text. */
export const bringsFiles = (event: DragEvent): boolean =>
  event.dataTransfer?.types.includes('Files') ?? false;

/** Where an upload lies until it is imported. */
const UPLOADS = '/upload';

/**
 * The path of what was dropped: on the desktop where it lies, else that of a copy that is sent to the host under `id`. Several things are
 * one folder. Throws `UPLOAD_FAILED` or `CANCELLED`.
 */
export async function pathOf(dropped: Dropped, id: string, transfer: Transfer): Promise<string> {
  const [only, ...others] = dropped.files;
  if (window.strataPathOf && only && others.length === 0) return window.strataPathOf(only);
  const files = await placed(dropped);
  if (files.length === 0) throw failed('', 'nothing that could be read');
  const total = files.reduce((sum, { file }) => sum + file.size, 0);
  let before = 0;
  let root = '';
  for (const { file, path } of files) {
    const lies = await send(file, `${id}/drop/${path}`, transfer.signal, (sent) =>
      transfer.onProgress(before + sent, total),
    );
    before += file.size;
    root ||= lies.slice(0, lies.length - path.length);
  }
  const tops = new Set(files.map(({ path }) => path.split('/')[0]));
  return tops.size === 1 ? root + [...tops][0] : root;
}

/** Takes away what was sent under an id. */
export function discard(id: string): void {
  if (!window.strataPathOf) void fetch(`${UPLOADS}/${id}`, { method: 'DELETE' }).catch(() => {}); // The host removes it when it ends.
}

async function placed({ files, entries }: Dropped): Promise<PlacedFile[]> {
  if (entries.length === 0)
    return files.map((file) => ({ file, path: file.webkitRelativePath || file.name }));
  return (await Promise.all(entries.map(filesOf))).flat();
}

async function filesOf(entry: FileSystemEntry): Promise<PlacedFile[]> {
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) =>
      (entry as FileSystemFileEntry).file(resolve, reject),
    );
    return [{ file, path: entry.fullPath.replace(/^\//, '') }];
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const inside: PlacedFile[] = [];
  for (;;) {
    // A folder is told in portions; an empty one ends it.
    const portion = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (portion.length === 0) return inside;
    for (const child of portion) inside.push(...(await filesOf(child)));
  }
}

/** `fetch` tells no progress of what it sends. */
function send(
  file: File,
  place: string,
  signal: AbortSignal,
  onProgress: (sent: number) => void,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('PUT', `${UPLOADS}/${place.split('/').map(encodeURIComponent).join('/')}`);
    request.upload.onprogress = ({ loaded }) => onProgress(loaded);
    request.onload = () =>
      request.status === 201
        ? resolve(request.responseText)
        : reject(failed(file.name, request.responseText || `answer ${request.status}`));
    request.onerror = () => reject(failed(file.name, 'the connection was lost'));
    request.onabort = () =>
      reject(new StrataError({ code: 'CANCELLED', message: 'It was cancelled. Nothing was kept.' }));
    if (signal.aborted) request.abort();
    signal.addEventListener('abort', () => request.abort(), { once: true });
    request.send(file);
  });
}

function failed(where: string, got: string): StrataError {
  return new StrataError({
    code: 'UPLOAD_FAILED',
    message: 'The files could not be brought to Strata.',
    ...(where !== '' && { where }),
    got,
    fix: 'Try again, or choose them by their path on the machine that Strata runs on.',
  });
}
