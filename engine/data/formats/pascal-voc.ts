import type { XMLParser } from 'fast-xml-parser';
import type { Split } from '../../core/dataset.ts';
import { StrataError } from '../../core/errors.ts';
import type { FileTree } from '../sources/archive.ts';
import { boxesFormat, headsOf, type Annotation, type BoxedImage } from '../images/boxed-images.ts';
import type { PixelBox } from '../images/boxes.ts';
import { IMAGE_NAME, imageMissing } from '../images/image-files.ts';
import { fileFinder, stemOf } from '../sources/file-names.ts';
import { splitAbove } from '../sources/labelled-files.ts';
import { splitNamed } from '../splits/split-names.ts';
import type { Source } from '../sources/source.ts';
import { decodeHead, headText } from '../sources/text.ts';

/** Lists of the images of each part: `ImageSets/Main/train.txt`, a name per line. */
const LIST = /(^|\/)ImageSets\/Main\/(train|val|test)\.txt$/;

export default boxesFormat({
  id: 'pascal-voc',
  title: 'Images with boxes (Pascal VOC)',
  doc:
    'A folder or archive of images with an XML file of boxes for each, in folders of their own or side by side (host.robots.ox.ac.uk/pascal/VOC). ' +
    'Lists in ImageSets/Main, else folders called train, val(idation) or test, are the parts of the data set. Edges are taken as they are ' +
    'written; boxes without an area, or outside of their image, are listed and left out.',

  async recognise(tree) {
    const annotations = annotationsIn(tree);
    if (annotations.length === 0 || !tree.paths.some((path) => IMAGE_NAME.test(path))) return undefined;
    const heads = await headsOf(tree, annotations);
    // The first one may be damaged.
    if (!heads.some((head) => /<annotation[\s>]/.test(headText(head).slice(0, 2000)))) return undefined;
    return `It holds ${annotations.length} XML files that describe images.`;
  },

  async find(source, tree) {
    const { XMLParser } = await import('fast-xml-parser');
    const parser = new XMLParser({ parseTagValue: false, isArray: (name) => name === 'object' });
    const images = tree.paths.filter((path) => IMAGE_NAME.test(path));
    const finder = fileFinder(images);
    const parts = await partsIn(tree);
    const annotated = annotationsIn(tree).map((path) => ({ path, image: finder.find(stemOf(path), path) }));
    const found = annotated.flatMap(({ path, image }): BoxedImage[] => {
      if (image === undefined) return [];
      const split =
        parts.size > 0 ? (parts.get(stemOf(path)) ?? null) : splitAbove(path.split('/').slice(0, -1));
      return [{ path: image, split, annotation: (opened) => readAnnotation(parser, source, opened, path) }];
    });
    const bare = images.length - found.length;
    return {
      images: found,
      problems: annotated
        .filter(({ image }) => image === undefined)
        .map(({ path }) => imageMissing(stemOf(path), `${source.path}: ${path}`)),
      reasons: [
        ...(parts.size > 0 ? ['The lists in ImageSets/Main decide the part of each image.'] : []),
        ...(bare > 0 ? [`Images without an annotation are left out (${bare}).`] : []),
      ],
    };
  },
});

const annotationsIn = ({ paths }: FileTree): string[] => paths.filter((path) => /\.xml$/i.test(path));

/** The part of each image by the lists, by the name of the image. */
async function partsIn(tree: FileTree): Promise<Map<string, Split>> {
  const parts = new Map<string, Split>();
  for (const path of tree.paths) {
    const split = splitNamed(LIST.exec(path)?.[2] ?? '');
    if (!split) continue;
    // A second value on a line, as in the lists of one class, tells whether the class is there.
    for (const [name] of (await tree.read(path)).toString('utf8').matchAll(/^\S+/gm)) parts.set(name, split);
  }
  return parts;
}

/** What a file says of its encoding; UTF-8 is what some say that are written in another one. */
const ENCODING = /<\?xml[^>]*encoding=["'](?!utf-?8)([\w-]+)/i;

function xmlText(bytes: Buffer): string {
  const said = ENCODING.exec(bytes.toString('latin1', 0, 200))?.[1];
  return said === undefined ? headText(bytes) : decodeHead(bytes, said);
}

interface Xml {
  readonly annotation?: {
    readonly size?: { readonly width?: string; readonly height?: string };
    readonly object?: readonly {
      readonly name?: string;
      readonly bndbox?: Readonly<Record<'xmin' | 'ymin' | 'xmax' | 'ymax', string | undefined>>;
    }[];
  };
}

async function readAnnotation(
  parser: XMLParser,
  source: Source,
  tree: FileTree,
  path: string,
): Promise<Annotation> {
  const where = `${source.path}: ${path}`;
  try {
    const { annotation } = parser.parse(xmlText(await tree.read(path)), true) as Xml;
    if (!annotation) throw new Error('no <annotation>');
    const { size, object = [] } = annotation;
    const boxes = object.map(({ name = '', bndbox }): PixelBox => {
      const [left, top, right, bottom] = [bndbox?.xmin, bndbox?.ymin, bndbox?.xmax, bndbox?.ymax].map(Number);
      return { label: name.trim(), left, top, right, bottom };
    });
    return { boxes, width: Number(size?.width ?? 0), height: Number(size?.height ?? 0), where };
  } catch (cause) {
    throw new StrataError(
      {
        code: 'ANNOTATION_UNREADABLE',
        message: 'The annotation of an image cannot be read. Both were left out.',
        where,
        got: (cause as Error).message,
        expected: 'an XML file with <annotation>',
        fix: 'Correct or replace the file.',
      },
      { cause },
    );
  }
}
