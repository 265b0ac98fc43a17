import { StrataError, type Problem } from '../../core/errors.ts';
import type { FileTree } from '../sources/archive.ts';
import { boxesFormat, type BoxedImage, type BoxedImages } from '../images/boxed-images.ts';
import type { PixelBox } from '../images/boxes.ts';
import { IMAGE_NAME, imageMissing } from '../images/image-files.ts';
import { fileFinder } from '../sources/file-names.ts';
import { splitOfFile } from '../sources/parts.ts';
import { elementsOf, JsonLists, type JsonItem } from '../sources/json-lists.ts';
import { watched, type Source } from '../sources/source.ts';

/** What is seen at the beginning of such a file. */
const LISTS = /"(images|annotations|categories)"\s*:\s*\[/;
const NAMES = ['images', 'annotations', 'categories'];
/** Categories without names are called by their ids. */
const NEEDED = ['images', 'annotations'];
/** Numbers that are kept of a box: place of its category, left, top, width, height. */
const KEPT = 5;

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
  for (const path of tree.paths.filter((name) => /\.json(\.gz)?$/i.test(name))) {
    const { head } = await tree.source(path);
    if (LISTS.test(head.toString('utf8'))) files.push(path);
  }
  const instances = files.filter((path) => /(^|\/)instances[^/]*$/.test(path));
  return instances.length > 0 ? instances : files;
}

async function find(source: Source, tree: FileTree): Promise<BoxedImages> {
  const paths = tree.paths.filter((path) => IMAGE_NAME.test(path));
  const finder = fileFinder(paths);
  const images: BoxedImage[] = [];
  const problems: Problem[] = [];
  const left = { crowds: 0, boxless: 0, strays: 0, nameless: 0, unlisted: 0 };
  for (const path of await filesIn(tree)) {
    const where = `${source.path}: ${path}`;
    const content = await readContent(await tree.source(path), where);
    countLeft(content, left);
    const split = splitOfFile(path);
    for (const { id, file_name, width = 0, height = 0 } of content.images) {
      const image = finder.find(file_name, path);
      const annotation = async () => {
        return { boxes: boxesOf(content, id), width, height, where: `${where}, image ${file_name}` };
      };
      if (image === undefined) problems.push(imageMissing(file_name, where));
      else images.push({ path: image, split, annotation });
    }
  }
  left.unlisted = paths.length - new Set(images.map(({ path }) => path)).size;
  return { images, problems, reasons: told(left) };
}

/** Numbers and their digits are the same id: some files have them both ways. */
type Id = string;

interface ImageItem {
  readonly id: unknown;
  readonly file_name: string;
  readonly width?: number;
  readonly height?: number;
}

interface AnnotationItem {
  readonly image_id: unknown;
  readonly category_id: unknown;
  /** Left, top, width, height. */
  readonly bbox?: readonly unknown[] | null;
  readonly iscrowd?: number;
}

/** What is kept of a file: its outlines, which are most of it, are not. */
class Content {
  readonly images: (Omit<ImageItem, 'id'> & { readonly id: Id })[] = [];
  /** Numbers of the boxes of each image, one box behind the other. */
  readonly boxes = new Map<Id, number[]>();
  readonly names = new Map<Id, string>();
  /** Categories of boxes, as they come up. */
  readonly categories: Id[] = [];
  crowds = 0;
  boxless = 0;
  private readonly places = new Map<Id, number>();

  /** Throws an `Error` where it lacks what it must have. */
  add({ list, value }: JsonItem): void {
    if (typeof value !== 'object' || value === null)
      throw new Error(`${JSON.stringify(value)} stands in the list ${list}.`);
    if (list === 'annotations') this.addBox(value as AnnotationItem);
    else if (list === 'categories') {
      const { id, name } = value as { readonly id: unknown; readonly name: unknown };
      if (typeof name === 'string' && name !== '') this.names.set(idOf(id), name);
    } else {
      const { id, file_name, width, height } = value as ImageItem;
      if (typeof file_name !== 'string') throw new Error(`The image ${String(id)} has no file_name.`);
      this.images.push({ id: idOf(id), file_name, width, height });
    }
  }

  private addBox({ image_id, category_id, bbox, iscrowd }: AnnotationItem): void {
    if (iscrowd === 1) this.crowds++;
    else if (bbox?.length !== 4) this.boxless++;
    else {
      const [image, category] = [idOf(image_id), idOf(category_id)];
      let place = this.places.get(category);
      if (place === undefined) {
        place = this.categories.push(category) - 1;
        this.places.set(category, place);
      }
      const numbers = bbox.map(Number);
      const others = this.boxes.get(image);
      if (others) others.push(place, ...numbers);
      else this.boxes.set(image, [place, ...numbers]);
    }
  }
}

function idOf(id: unknown): Id {
  if (typeof id === 'number' || typeof id === 'string') return String(id);
  throw new Error(`${JSON.stringify(id)} stands for an id.`);
}

function boxesOf({ boxes, categories, names }: Content, image: Id): PixelBox[] {
  const numbers = boxes.get(image) ?? [];
  return Array.from({ length: numbers.length / KEPT }, (_, at) => {
    const [place, left, top, width, height] = numbers.slice(at * KEPT, (at + 1) * KEPT);
    const category = categories[place];
    const label = names.get(category) ?? category;
    return { label, left, top, right: left + width, bottom: top + height };
  });
}

type Left = Record<'crowds' | 'boxless' | 'strays' | 'nameless' | 'unlisted', number>;

function countLeft({ images, boxes, categories, names, crowds, boxless }: Content, left: Left): void {
  left.crowds += crowds;
  left.boxless += boxless;
  left.nameless += categories.filter((category) => !names.has(category)).length;
  const known = new Set(images.map(({ id }) => id));
  for (const [image, { length }] of boxes) if (!known.has(image)) left.strays += length / KEPT;
}

const told = ({ crowds, boxless, strays, nameless, unlisted }: Left): string[] =>
  [
    { what: 'Boxes of crowds are left out', count: crowds },
    { what: 'Annotations without a box are left out', count: boxless },
    { what: 'Boxes of images that are not in the list of images are left out', count: strays },
    { what: 'Images that are not in the list of images are left out', count: unlisted },
    { what: 'Categories that are not in the list of categories are called by their ids', count: nameless },
  ].flatMap(({ what, count }) => (count > 0 ? `${what} (${count}).` : []));

/** Throws `COCO_UNREADABLE` or `CANCELLED`. */
async function readContent(source: Source, where: string): Promise<Content> {
  const content = new Content();
  const lists = new JsonLists(NAMES);
  try {
    const { elements, read } = elementsOf(source, lists);
    for await (const items of watched(source, 'Reading boxes', elements, read))
      for (const item of items) content.add(item);
  } catch (error) {
    throw error instanceof StrataError ? error : unreadable(where, (error as Error).message);
  }
  if (NEEDED.some((name) => !lists.found.has(name)))
    throw unreadable(where, [...lists.found].join(', ') || 'none of them');
  return content;
}

function unreadable(where: string, got: string): StrataError {
  return new StrataError({
    code: 'COCO_UNREADABLE',
    message: 'The boxes of the images cannot be read.',
    where,
    got,
    expected: `the lists ${NAMES.join(', ')}, and ids for what is in them`,
    fix: 'Write the file again; it may have been cut off.',
  });
}
