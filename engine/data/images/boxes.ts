import type { Problem } from '../../core/errors.ts';

/** A labelled box of an image; all numbers are fractions of its width or height. */
export interface Box {
  readonly label: string;
  /** Centre. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** All boxes of one image, as a cell of a column. */
export interface Boxes {
  readonly boxes: readonly Box[];
}

/** A box by its edges, in pixels of the image as it was annotated. */
export interface PixelBox {
  readonly label: string;
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Boxes may reach so many pixels over the edge before that is worth a word: annotations are rounded in many ways. */
const ROUNDING = 1;

/**
 * Boxes as fractions of the image, which scaling leaves as they are. What reaches over its edges is cut off; boxes without a name or an
 * area, or outside of the image, are left out. `where` names the annotation.
 */
export function boxesWithin(
  found: readonly PixelBox[],
  { width, height }: { readonly width: number; readonly height: number },
  where: string,
): Boxes & { readonly problems: readonly Problem[] } {
  const boxes: Box[] = [];
  const problems: Problem[] = [];
  for (const box of found) {
    const [left, right] = [clamp(box.left, width), clamp(box.right, width)];
    const [top, bottom] = [clamp(box.top, height), clamp(box.bottom, height)];
    if (box.label === '') {
      problems.push(nameless(box, where));
      continue;
    }
    // Not a number is not larger than anything, so such a box is left out, too.
    if (!(right > left && bottom > top)) {
      problems.push(leftOut(box, width, height, where));
      continue;
    }
    const cut = Math.max(left - box.left, box.right - right, top - box.top, box.bottom - bottom);
    if (cut > ROUNDING) problems.push(cutOff(box, width, height, where));
    boxes.push({
      label: box.label,
      x: (left + right) / 2 / width,
      y: (top + bottom) / 2 / height,
      width: (right - left) / width,
      height: (bottom - top) / height,
    });
  }
  return { boxes, problems };
}

const clamp = (value: number, most: number): number => Math.min(Math.max(value, 0), most);

const edges = ({ left, top, right, bottom }: PixelBox): string =>
  `x from ${left} to ${right}, y from ${top} to ${bottom}`;

function nameless(box: PixelBox, where: string): Problem {
  return {
    code: 'BOX_NAMELESS',
    message: 'A box has no name. It was left out.',
    where,
    got: edges(box),
    expected: 'what the box shows',
    fix: 'Give it a name.',
  };
}

function leftOut(box: PixelBox, width: number, height: number, where: string): Problem {
  return {
    code: 'BOX_EMPTY',
    message: `A box of ${box.label} has no area inside of its image. It was left out.`,
    where,
    got: edges(box),
    expected: `edges in order, within ${width} × ${height}`,
    fix: 'Draw the box again.',
  };
}

function cutOff(box: PixelBox, width: number, height: number, where: string): Problem {
  return {
    code: 'BOX_CUT',
    message: `A box of ${box.label} reaches over the edge of its image. What is outside was cut off.`,
    where,
    got: edges(box),
    expected: `edges within ${width} × ${height}`,
    fix: 'Check that the annotation belongs to this image.',
  };
}
