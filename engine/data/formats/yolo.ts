import { StrataError } from '../../core/errors.ts';
import { boxesFormat, headsOf, type Annotation, type BoxedImage } from '../images/boxed-images.ts';
import type { PixelBox } from '../images/boxes.ts';
import { IMAGE_NAME, imageMissing } from '../images/image-files.ts';
import { stemOf } from '../sources/file-names.ts';
import type { FileTree } from '../sources/archive.ts';
import { splitAbove } from '../sources/labelled-files.ts';

/** Boxes are told as fractions; edges are given in thousandths of the image. */
const UNITS = 1000;

const LABELS = /(^|\/)labels\/.*\.txt$/i;
const LINE = /^\d+(\s+-?\d+(\.\d*)?(e[-+]?\d+)?){4,}$/i;

export default boxesFormat({
  id: 'yolo',
  title: 'Images with boxes (YOLO)',
  doc:
    'A folder or archive of images with a text of boxes for each, in folders called images and labels or side by side (docs.ultralytics.com/datasets/detect). A line is ' +
    'a class, the centre and the size of a box as fractions of the image; an outline becomes the box around it. Names of the classes are those of a data.yaml, ' +
    'classes.txt or obj.names. Folders called train, val(idation) or test are the parts. Images without a text have no boxes.',

  async recognise(tree) {
    const texts = new Set(tree.paths.filter((path) => /\.txt$/i.test(path)));
    const labelled = imagesIn(tree).flatMap((path) => textOf(path, texts) ?? []);
    let boxes = 0;
    for (const head of await headsOf(tree, labelled)) {
      const lines = linesIn(head.toString('utf8'));
      if (!lines.every((line) => LINE.test(line))) return undefined;
      boxes += lines.length;
    }
    return boxes > 0 ? `It holds ${labelled.length} texts of boxes for images.` : undefined;
  },

  async find(source, tree) {
    const texts = new Set(tree.paths.filter((path) => /\.txt$/i.test(path)));
    const classes = await classesIn(tree);
    const images = imagesIn(tree).map((path): BoxedImage & { readonly text: string | undefined } => {
      const text = textOf(path, texts);
      const split = splitAbove(path.split('/').slice(0, -1));
      const annotation = (opened: FileTree) => readAnnotation(opened, text, classes, source.path);
      return { path, split, text, annotation };
    });
    const used = new Set(images.map(({ text }) => text));
    const bare = images.filter(({ text }) => text === undefined).length;
    return {
      images,
      problems: [...texts]
        .filter((path) => LABELS.test(path) && !used.has(path))
        .map((path) => imageMissing(stemOf(path), `${source.path}: ${path}`)),
      reasons: [
        ...(classes.names.length > 0 ? [] : ['The classes have no names; they are called by their numbers.']),
        ...(bare > 0 ? [`Images without a text have no boxes (${bare}).`] : []),
      ],
    };
  },
});

const imagesIn = ({ paths }: FileTree): string[] => paths.filter((path) => IMAGE_NAME.test(path));

const linesIn = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

/** The text of an image: in the folder labels that goes with images, or beside it. */
function textOf(image: string, texts: ReadonlySet<string>): string | undefined {
  const beside = image.replace(/\.[^.]*$/, '.txt');
  const apart = beside.replace(/(^|.*\/)images\//i, '$1labels/');
  return [apart, beside].find((path) => texts.has(path));
}

interface Classes {
  readonly names: readonly string[];
  /** True where points of a body stand behind the box. */
  readonly keypoints: boolean;
}

async function classesIn(tree: FileTree): Promise<Classes> {
  for (const path of tree.paths.filter((name) => /\.ya?ml$/i.test(name))) {
    const { parse } = await import('yaml');
    const { names, kpt_shape } = ((await parseOrNothing(tree, path, parse)) ?? {}) as Record<string, unknown>;
    if (typeof names === 'object' && names !== null)
      return { names: namesOf(names), keypoints: kpt_shape !== undefined };
  }
  const list = tree.paths.find((path) => /(^|\/)(classes\.txt|[^/]*\.names)$/i.test(path));
  const names = list === undefined ? [] : linesIn((await tree.read(list)).toString('utf8'));
  return { names, keypoints: false };
}

/** Other files in YAML may lie about, sound or not. */
async function parseOrNothing(tree: FileTree, path: string, parse: (text: string) => unknown) {
  try {
    return parse((await tree.read(path)).toString('utf8'));
  } catch {
    return undefined;
  }
}

/** Names in a list, or by number: `{0: person, 2: car}`. */
function namesOf(given: object): string[] {
  const names: string[] = [];
  for (const [number, name] of Object.entries(given)) names[Number(number)] = String(name);
  return Array.from(names, (name = '') => name);
}

async function readAnnotation(
  tree: FileTree,
  text: string | undefined,
  classes: Classes,
  folder: string,
): Promise<Annotation> {
  const size = { width: UNITS, height: UNITS };
  if (text === undefined) return { boxes: [], ...size, where: folder };
  const where = `${folder}: ${text}`;
  const lines = (await tree.read(text)).toString('utf8').split(/\r?\n/);
  const boxes = lines.flatMap((line, at) => {
    if (line.trim() === '') return [];
    if (!LINE.test(line.trim())) throw unreadable(where, at + 1, line);
    return boxOf(line.trim().split(/\s+/).map(Number), classes);
  });
  return { boxes, ...size, where };
}

/** A class without a name has none where others have: such a box is listed. */
function boxOf([of, ...numbers]: readonly number[], { names, keypoints }: Classes): PixelBox {
  const label = names.length > 0 ? (names[of] ?? '') : String(of);
  const [x, y, width, height] = numbers.map((number) => number * UNITS);
  // A fifth number is how sure a model was.
  if (numbers.length < 6 || keypoints)
    return { label, left: x - width / 2, top: y - height / 2, right: x + width / 2, bottom: y + height / 2 };
  const across = numbers.filter((_, at) => at % 2 === 0).map((number) => number * UNITS);
  const down = numbers.filter((_, at) => at % 2 === 1).map((number) => number * UNITS);
  return {
    label,
    left: Math.min(...across),
    top: Math.min(...down),
    right: Math.max(...across),
    bottom: Math.max(...down),
  };
}

function unreadable(where: string, line: number, got: string): StrataError {
  return new StrataError({
    code: 'ANNOTATION_UNREADABLE',
    message: 'The annotation of an image cannot be read. Both were left out.',
    where: `${where}, line ${line}`,
    got: got.slice(0, 80),
    expected: 'the number of a class, and four fractions of the image or more',
    fix: 'Correct or replace the file.',
  });
}
