import { folderFormat } from '../sources/folder-format.ts';
import {
  decodeImage,
  detectImages,
  IMAGE_NAME,
  imageColumn,
  imageFields,
  imageReason,
  unreadableImage,
} from '../images/image-files.ts';

export default folderFormat({
  id: 'image-folder',
  title: 'Folder of images',
  doc:
    'A folder or archive of PNG, JPEG, WebP, AVIF, GIF, BMP and TIFF images, one folder per class, or with the class at the beginning of ' +
    'their names; or images alone, for an autoencoder. Folders called train, val(idation) or test above the classes or in them become the parts of the data set. Of a file of ' +
    'several images the first is read. An image that cannot be read, or has more than 256 million pixels, is listed and left out.',
  fields: imageFields,
  fits: IMAGE_NAME,
  found: (files, classes) => `It holds ${files} images in ${classes} class folders.`,
  detect: detectImages,
  column: imageColumn,
  reasons(options, files) {
    const parts = new Set(files.flatMap(({ split }) => split ?? []));
    const decided = `Folders named ${[...parts].join(', ')} decide the part of each image.`;
    return [imageReason(options), ...(parts.size > 0 ? [decided] : [])];
  },
  decode: decodeImage,
  unreadable: unreadableImage,
  classless: {
    code: 'IMAGES_NO_CLASSES',
    message: 'The images have no classes: they are read alone, without a target.',
    expected: 'a folder of images for each of several classes',
    fix: 'Where there are classes, choose the folder above theirs, or put a table of labels beside the images.',
  },
});
