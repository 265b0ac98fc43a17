import { StrataError, type Problem } from '../../core/errors.ts';
import { isArchive, openTree, type FileTree } from '../sources/archive.ts';
import { boxesWithin, type PixelBox } from './boxes.ts';
import { fileRows, type FileRow, type RowFile } from '../sources/file-rows.ts';
import { defineFormat, NOT_RECOGNISED, type FormatRecord, type Reader, type RowBatch } from '../format.ts';
import {
  decodeImage,
  detectImages,
  imageColumn,
  imageFacts,
  imageFields,
  imageReason,
  unreadableImage,
  type ImageOptions,
} from './image-files.ts';
import type { Source } from '../sources/source.ts';

/** What an annotation says of an image. */
export interface Annotation {
  readonly boxes: readonly PixelBox[];
  /** Of the image as it was annotated, in pixels; 0 where it does not say. */
  readonly width: number;
  readonly height: number;
  /** The annotation itself, for people. */
  readonly where: string;
}

export interface BoxedImage extends RowFile {
  annotation(tree: FileTree): Promise<Annotation>;
}

export interface BoxedImages {
  readonly images: readonly BoxedImage[];
  /** Annotations without an image, and the like. */
  readonly problems: readonly Problem[];
  /** What was found, for people. */
  readonly reasons: readonly string[];
}

/** What a format of images with boxes says of itself. */
export interface BoxesWords extends Pick<FormatRecord, 'id' | 'title' | 'doc'> {
  /** Why a folder or an archive is of this format; undefined where it is not. */
  recognise(tree: FileTree): Promise<string | undefined>;
  /** Throws where the annotations cannot be read. */
  find(source: Source, tree: FileTree): Promise<BoxedImages>;
}

/** Annotations that are looked at to recognise a format. */
const LOOKED_AT = 20;

/** Beginnings of the first annotations. One that cannot be read is listed when the images are. */
export async function headsOf(tree: FileTree, annotations: readonly string[]): Promise<Buffer[]> {
  const heads: Buffer[] = [];
  for (const path of annotations.slice(0, LOOKED_AT)) {
    const source = await tree.source(path).catch(() => undefined);
    if (source) heads.push(source.head);
  }
  return heads;
}

/** A format of folders and archives of images with boxes. */
export function boxesFormat(words: BoxesWords): FormatRecord<typeof imageFields> {
  const { id, title, doc } = words;
  return defineFormat({
    id,
    title,
    doc,
    fields: imageFields,

    async recognise(source) {
      if (!source.folder && !isArchive(source)) return NOT_RECOGNISED;
      const reason = await words.recognise(await openTree(source));
      return reason === undefined ? NOT_RECOGNISED : { confidence: 0.9, reasons: [reason] };
    },

    async detect(source) {
      const tree = await openTree(source);
      try {
        const { images } = await words.find(source, tree);
        return await detectImages(
          tree,
          images.map(({ path }) => path),
        );
      } finally {
        tree.close();
      }
    },

    open: (source, options) => openImages(source, words, options),
  });
}

async function openImages(source: Source, words: BoxesWords, options: ImageOptions): Promise<Reader> {
  const tree = await openTree(source);
  const { images, problems, reasons } = await words.find(source, tree);
  tree.close();
  if (images.length === 0) throw noImages(source);
  return {
    columns: [imageColumn(options), { name: 'boxes', kind: 'boxes', role: 'target' }],
    totalRows: images.length,
    totalWork: images.length,
    reasons: [...reasons, imageReason(options)],
    warnings: problems,
    async *rows(): AsyncIterable<RowBatch> {
      yield { rows: [], problems, done: 0 };
      yield* fileRows(source, images, (opened, image) => readImage(opened, image, options), unreadableImage);
    },
  };
}

async function readImage(tree: FileTree, image: BoxedImage, options: ImageOptions): Promise<FileRow> {
  const annotation = await image.annotation(tree);
  const bytes = await tree.read(image.path);
  const { turned, ...size } = await imageFacts(bytes);
  // Some programs annotate the pixels as they are stored, others the image as it is seen.
  const stored = turned && annotation.width === size.height && annotation.height === size.width;
  const annotated = annotation.width > 0 && annotation.height > 0 ? annotation : size;
  const { problems, ...boxes } = boxesWithin(annotation.boxes, annotated, annotation.where);
  return { cells: [await decodeImage(bytes, options, !stored), boxes], problems };
}

function noImages({ path }: Source): StrataError {
  return new StrataError({
    code: 'BOXES_NO_IMAGES',
    message: 'There is no image that belongs to the annotations.',
    where: path,
    expected: 'images called as the annotations say',
    fix: 'Choose the folder that holds both the images and their annotations.',
  });
}
