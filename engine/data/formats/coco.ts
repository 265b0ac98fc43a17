import { StrataError, type Problem } from '../../core/errors.ts';
import type { FileTree } from '../sources/archive.ts';
import { boxesFormat, type BoxedImage, type BoxedImages } from '../images/boxed-images.ts';
import type { PixelBox } from '../images/boxes.ts';
import { IMAGE_NAME } from '../images/image-files.ts';
import { imageFinder, imageMissing } from '../images/image-names.ts';
import { splitAbove } from '../sources/labelled-files.ts';
import { splitOf } from '../sources/parts.ts';
import type { Source } from '../sources/source.ts';

/** What is seen at the beginning of such a file. */
const LISTS = /"(images|annotations|categories)"\s*:\s*\[/;
/** Longest text that JavaScript can hold. */
const MOST_BYTES = 2 ** 29 - 32;

export default boxesFormat({
  id: 'coco',
  title: 'Images with boxes (COCO)',
  doc:
    'A folder or archive of images with JSON files of boxes for all of them (cocodataset.org, Data format): lists called images, annotations and ' +
    'categories. A part in the name of a JSON file or its folder, such as instances_val2017.json, is that of its images. Boxes of ' +
    'crowds are left out; images without boxes are kept.',

  async recognise(tree) {
    if (!tree.paths.some((path) => IMAGE_NAME.test(path))) return undefined;
    const files = await filesIn(tree);
    return files.length === 0 ? undefined : `Its images are described in ${files.join(', ')}.`;
  },

  find(source, tree) {
    let found = known.get(source);
    if (!found) known.set(source, (found = find(source, tree)));
    return found;
  },
});

/** The files are large, and detecting and opening need them both. */
const known = new WeakMap<Source, Promise<BoxedImages>>();

/** Files that look so; those called instances where there are others beside them, of captions or key points. */
async function filesIn(tree: FileTree): Promise<string[]> {
  const files: string[] = [];
  for (const path of tree.paths.filter((name) => /\.json$/i.test(name))) {
    const { head } = await tree.source(path);
    if (LISTS.test(head.toString('utf8'))) files.push(path);
  }
  const instances = files.filter((path) => /(^|\/)instances[^/]*$/.test(path));
  return instances.length > 0 ? instances : files;
}

async function find(source: Source, tree: FileTree): Promise<BoxedImages> {
  const imageOf = imageFinder(tree.paths.filter((path) => IMAGE_NAME.test(path)));
  const images: BoxedImage[] = [];
  const problems: Problem[] = [];
  let crowds = 0;
  for (const path of await filesIn(tree)) {
    const where = `${source.path}: ${path}`;
    const content = await readJson(tree, path, where);
    const boxes = boxesOf(content);
    crowds += content.annotations.filter(({ iscrowd }) => iscrowd === 1).length;
    const split = splitOf(path.split('/').at(-1) ?? '') ?? splitAbove(path.split('/').slice(0, -1));
    for (const { id, file_name, width = 0, height = 0 } of content.images) {
      const image = imageOf(file_name, path);
      const annotation = { boxes: boxes.get(id) ?? [], width, height, where: `${where}, image ${file_name}` };
      if (image === undefined) problems.push(imageMissing(file_name, where));
      else images.push({ path: image, split, annotation: async () => annotation });
    }
  }
  return {
    images,
    problems,
    reasons: crowds > 0 ? [`${crowds} boxes of crowds are left out.`] : [],
  };
}

interface Content {
  readonly images: readonly {
    readonly id: number | string;
    readonly file_name: string;
    readonly width?: number;
    readonly height?: number;
  }[];
  readonly annotations: readonly {
    readonly image_id: number | string;
    readonly category_id: number;
    /** Left, top, width, height. */
    readonly bbox?: readonly number[];
    readonly iscrowd?: number;
  }[];
  readonly categories: readonly { readonly id: number; readonly name: string }[];
}

function boxesOf({ annotations, categories }: Content): Map<number | string, PixelBox[]> {
  const names = new Map(categories.map(({ id, name }) => [id, name]));
  const boxes = new Map<number | string, PixelBox[]>();
  for (const { image_id, category_id, bbox, iscrowd } of annotations) {
    if (!bbox || iscrowd === 1) continue;
    const [left, top, width, height] = bbox;
    const label = names.get(category_id) ?? String(category_id);
    const box = { label, left, top, right: left + width, bottom: top + height };
    const others = boxes.get(image_id);
    if (others) others.push(box);
    else boxes.set(image_id, [box]);
  }
  return boxes;
}

async function readJson(tree: FileTree, path: string, where: string): Promise<Content> {
  const bytes = await tree.read(path);
  if (bytes.length > MOST_BYTES)
    throw unreadable(where, `${bytes.length} bytes`, `at most ${MOST_BYTES} bytes`);
  const expected = 'the lists images, annotations and categories';
  try {
    const content = JSON.parse(bytes.toString('utf8')) as Partial<Content>;
    const lists = [content.images, content.annotations, content.categories];
    if (lists.every(Array.isArray)) return content as Content;
  } catch (error) {
    throw unreadable(where, (error as Error).message, expected);
  }
  throw unreadable(where, 'not all of them', expected);
}

function unreadable(where: string, got: string, expected: string): StrataError {
  return new StrataError({
    code: 'COCO_UNREADABLE',
    message: 'The boxes of the images cannot be read.',
    where,
    got,
    expected,
    fix: 'Write the file again; leave out what is no box, such as segmentations, if it is too large.',
  });
}
