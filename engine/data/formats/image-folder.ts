import { imageContent } from '../images/image-files.ts';
import { folderFormat } from '../sources/folder-format.ts';

export default folderFormat({
  id: 'image-folder',
  title: 'Folder of images',
  doc:
    'A folder or archive of PNG, JPEG, WebP, AVIF, GIF, BMP and TIFF images, one folder per class, or with the class at the beginning of ' +
    'their names; or images alone, for an autoencoder. Folders called train, val(idation) or test above the classes or in them become the parts of the data set. Of a file of ' +
    'several images the first is read. An image that cannot be read, or has more than 256 million pixels, is listed and left out.',
  content: imageContent,
  classless: {
    code: 'IMAGES_NO_CLASSES',
    message: 'The images have no classes: they are read alone, without a target.',
    expected: 'a folder of images for each of several classes',
    fix: 'Where there are classes, choose the folder above theirs, or put a table of labels beside the images.',
  },
});
