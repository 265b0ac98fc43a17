import sharp from 'sharp';
import { choice, integers } from '../../core/fields.ts';
import type { FileTree } from '../archive.ts';
import { folderFormat, sampled } from '../folder-format.ts';

/** Images whose size and colours are looked at before the import. */
const SAMPLED = 48;

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

export default folderFormat({
  id: 'image-folder',
  title: 'Folder of images',
  doc:
    'A folder or archive of PNG, JPEG, WebP, GIF and TIFF images, one folder per class, or with the class at the beginning of their ' +
    'names. Folders called train, val(idation) or test above the classes become the parts of the data set. An image that cannot be read is listed and left out.',
  fields,
  fits: /\.(png|jpe?g|webp|gif|tiff?)$/i,
  batch: 128,
  found: (files, classes) => `It holds ${files} images in ${classes} class folders.`,

  /** The most frequent size; gray where no image has colours. */
  async detect(tree, files) {
    const sizes = new Map<string, number>();
    let gray = true;
    for (const { path } of sampled(files, SAMPLED)) {
      const facts = await metadataOf(tree, path);
      if (!facts) continue;
      const size = `${facts.height},${facts.width}`;
      sizes.set(size, (sizes.get(size) ?? 0) + 1);
      gray &&= facts.channels < 3;
    }
    if (sizes.size === 0) return {};
    const [common] = [...sizes].reduce((a, b) => (b[1] > a[1] ? b : a));
    return { size: common.split(',').map(Number), colour: gray ? 'gray' : 'rgb' };
  },

  column: ({ size: [height, width], colour }) => ({
    name: 'image',
    kind: 'image',
    role: 'input',
    shape: [height, width, colour === 'gray' ? 1 : 3],
  }),
  reasons({ size: [height, width], colour }, files) {
    const parts = new Set(files.flatMap(({ split }) => split ?? []));
    return [
      `Images are brought to ${height} × ${width}, ${colour === 'gray' ? 'gray' : 'in colour'}.`,
      ...(parts.size > 0 ? [`Folders named ${[...parts].join(', ')} decide the part of each image.`] : []),
    ];
  },

  async decode(bytes, { size: [height, width], colour }) {
    const image = sharp(bytes, { failOn: 'error' })
      .rotate()
      .flatten({ background: '#fff' })
      .resize(width, height, { fit: 'fill' })
      .toColourspace(colour === 'gray' ? 'b-w' : 'srgb');
    const pixels = await (colour === 'gray' ? image.extractChannel(0) : image).raw().toBuffer();
    return new Uint8Array(pixels);
  },

  unreadable: (path) => ({
    code: 'IMAGE_UNREADABLE',
    message: `The image ${path} cannot be read. It was left out.`,
    expected: 'a whole image',
    fix: 'Replace or delete the file.',
  }),
  oneClass: ([only]) => ({
    code: 'IMAGES_ONE_CLASS',
    message: 'There must be at least two class folders with images.',
    got: only === undefined ? 'no images in folders' : `one class, "${only}"`,
    expected: 'one folder of images per class',
    fix: 'Choose the folder above the class folders.',
  }),
});

async function metadataOf(tree: FileTree, path: string) {
  try {
    return await sharp(await tree.read(path)).metadata();
  } catch {
    return null; // Only a look: the import reads the image again and reports what is wrong with it.
  }
}
