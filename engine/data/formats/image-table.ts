import { imageContent, imageMissing } from '../images/image-files.ts';
import { tableFormat } from '../sources/table-format.ts';

export default tableFormat({
  id: 'image-table',
  title: 'Images with a table',
  doc:
    'A folder or archive of images and a CSV table or JSON lines, one column of which names an image in each row, with its ending or without. The ' +
    'other columns become columns of the data set. Of several tables with the same columns each is a part, where its name or its folder says ' +
    'so; images that no row names are listed and left out.',
  content: imageContent,
  missing: imageMissing,
  unnamed: (path, where) => ({
    code: 'IMAGE_UNNAMED',
    message: `No row names the image ${path}. It was left out.`,
    where,
    got: path,
    fix: 'Add a row for it to the table, or delete the image.',
  }),
  noTable: {
    code: 'IMAGES_NO_TABLE',
    message: 'There is no table that names the images.',
    expected: 'a CSV table or JSON lines with a column of the images’ names',
    fix: 'Put the table into the folder of the images, or choose another format.',
  },
});
