import sharp from 'sharp';
import { StrataError, type Problem } from '../../core/errors.ts';
import { choice, integers, type ParamsOf } from '../../core/fields.ts';
import { isArchive, openTree, type FileTree } from '../archive.ts';
import { defineFormat, NOT_RECOGNISED, type Reader, type RowBatch } from '../format.ts';
import { classesOf, labelledFiles, type LabelledFile } from '../labelled-files.ts';
import type { Source } from '../source.ts';

const IMAGE_NAME = /\.(png|jpe?g|webp|gif|tiff?)$/i;
/** Images whose size and colours are looked at before the import; images decoded at a time. */
const SAMPLED = 48;
const BATCH_ROWS = 128;

const fields = {
  size: integers({
    label: 'Size, height × width',
    help: 'Images of another size are scaled to this one.',
    default: [32, 32],
    length: 2,
    min: 1,
  }),
  colour: choice({
    label: 'Colours',
    help: 'Gray images have one channel, colour images three (red, green, blue).',
    default: 'rgb' as 'rgb' | 'gray',
    options: [
      { value: 'rgb', label: 'colour' },
      { value: 'gray', label: 'gray' },
    ],
  }),
};
type Options = ParamsOf<typeof fields>;

export default defineFormat({
  id: 'image-folder',
  title: 'Folder of images',
  doc:
    'A folder or zip archive of PNG, JPEG, WebP, GIF and TIFF images, one folder per class. Folders called train, val(idation) or test above the ' +
    'classes become the parts of the data set. An image that cannot be read is listed and left out.',
  fields,

  async recognise(source) {
    if (!source.folder && !isArchive(source)) return NOT_RECOGNISED;
    const tree = await openTree(source);
    tree.close();
    const files = labelledFiles(tree, IMAGE_NAME);
    if (files.length === 0) return NOT_RECOGNISED;
    return {
      confidence: 0.8,
      reasons: [`It holds ${files.length} images in ${classesOf(files).length} class folders.`],
    };
  },

  async detect(source) {
    const tree = await openTree(source);
    try {
      return await detectImages(tree);
    } finally {
      tree.close();
    }
  },

  async open(source, options) {
    return openImages(source, options);
  },
});

async function detectImages(tree: FileTree): Promise<Partial<Options>> {
  const files = labelledFiles(tree, IMAGE_NAME);
  const step = Math.max(1, Math.floor(files.length / SAMPLED));
  const sizes = new Map<string, number>();
  let gray = true;
  for (let at = 0; at < files.length; at += step) {
    const facts = await metadataOf(tree, files[at].path);
    if (!facts) continue;
    const size = `${facts.height},${facts.width}`;
    sizes.set(size, (sizes.get(size) ?? 0) + 1);
    gray &&= facts.channels < 3;
  }
  if (sizes.size === 0) return {};
  const [common] = [...sizes].reduce((a, b) => (b[1] > a[1] ? b : a));
  return { size: common.split(',').map(Number), colour: gray ? 'gray' : 'rgb' };
}

async function metadataOf(tree: FileTree, path: string) {
  try {
    return await sharp(await tree.read(path)).metadata();
  } catch {
    return null; // Only a look: the import reads the image again and reports what is wrong with it.
  }
}

async function openImages(source: Source, options: Options): Promise<Reader> {
  const tree = await openTree(source);
  tree.close();
  const files = labelledFiles(tree, IMAGE_NAME);
  const classes = classesOf(files);
  if (classes.length < 2) {
    throw new StrataError({
      code: 'IMAGES_ONE_CLASS',
      message: 'There must be at least two class folders with images.',
      where: source.path,
      got: classes.length === 0 ? 'no images in folders' : `one class, "${classes[0]}"`,
      expected: 'one folder of images per class',
      fix: 'Choose the folder above the class folders.',
    });
  }
  const parts = new Set(files.flatMap(({ split }) => split ?? []));
  const [height, width] = options.size;
  return {
    columns: [
      {
        name: 'image',
        kind: 'image',
        role: 'input',
        shape: [height, width, options.colour === 'gray' ? 1 : 3],
      },
      { name: 'class', kind: 'category', role: 'target', classes },
    ],
    totalRows: files.length,
    totalWork: files.length,
    reasons: [
      `Images are brought to ${height} × ${width}, ${options.colour === 'gray' ? 'gray' : 'in colour'}.`,
      ...(parts.size > 0 ? [`Folders named ${[...parts].join(', ')} decide the part of each image.`] : []),
    ],
    warnings: tree.problems,
    rows: () => readImages(source, files, options),
  };
}

async function* readImages(
  source: Source,
  files: readonly LabelledFile[],
  options: Options,
): AsyncIterable<RowBatch> {
  const tree = await openTree(source);
  try {
    // What the archive itself says is wrong is reported once, with the first images.
    let pending: readonly Problem[] = tree.problems;
    for (let start = 0; start < files.length; start += BATCH_ROWS) {
      const part = files.slice(start, start + BATCH_ROWS);
      const decoded = await Promise.all(part.map((file) => decode(tree, file, options, source.path)));
      const read = part.flatMap((file, at) =>
        decoded[at] instanceof Uint8Array ? [{ file, pixels: decoded[at] }] : [],
      );
      const problems = decoded.filter((result): result is Problem => !(result instanceof Uint8Array));
      yield {
        rows: read.map(({ file, pixels }) => [pixels, file.label]),
        splits: read.map(({ file }) => file.split),
        problems: [...pending, ...problems],
        done: start + part.length,
      };
      pending = [];
    }
  } finally {
    tree.close();
  }
}

async function decode(
  tree: FileTree,
  { path }: LabelledFile,
  { size: [height, width], colour }: Options,
  where: string,
): Promise<Uint8Array | Problem> {
  try {
    const image = sharp(await tree.read(path), { failOn: 'error' })
      .rotate()
      .flatten({ background: '#fff' })
      .resize(width, height, { fit: 'fill' })
      .toColourspace(colour === 'gray' ? 'b-w' : 'srgb');
    const pixels = await (colour === 'gray' ? image.extractChannel(0) : image).raw().toBuffer();
    return new Uint8Array(pixels);
  } catch (error) {
    return {
      code: 'IMAGE_UNREADABLE',
      message: `The image ${path} cannot be read. It was left out.`,
      where: `${where}: ${path}`,
      got: (error as Error).message,
      expected: 'a whole image',
      fix: 'Replace or delete the file.',
    };
  }
}
