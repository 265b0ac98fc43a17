/** What packs a file, with no word of what is in it. */
const PACKED = /\.(gz|tgz|zip|tar|bz2|xz|zst|br|lz4)$/i;
const EXTENSION = /\.[a-z][a-z0-9]{0,9}$/i;

/** A name for people from the path of a file or a folder: its last part, without what packs it and without its extension. */
export function sourceName(path: string): string {
  const last =
    path
      .replace(/[/\\]+$/, '')
      .split(/[/\\:]/)
      .at(-1) ?? path;
  let name = last;
  while (PACKED.test(name)) name = name.replace(PACKED, '');
  return name.replace(EXTENSION, '') || last || path;
}
