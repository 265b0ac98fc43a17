import { formulaText } from './formula.ts';

/** The part of Markdown that layer docs and read-mes use, as data: nothing in it can become markup of its own. */
export type Inline =
  | { readonly kind: 'text' | 'code' | 'strong' | 'emphasis'; readonly text: string }
  | { readonly kind: 'link'; readonly text: string; readonly href: string };

export type Block =
  | { readonly kind: 'heading'; readonly level: number; readonly content: readonly Inline[] }
  | { readonly kind: 'paragraph'; readonly content: readonly Inline[] }
  | { readonly kind: 'list'; readonly ordered: boolean; readonly items: readonly (readonly Inline[])[] }
  | { readonly kind: 'code'; readonly text: string }
  | {
      readonly kind: 'table';
      readonly head: readonly (readonly Inline[])[];
      readonly rows: readonly (readonly Inline[])[][];
    };

const ITEM = /^\s*(?:[-*+]|(\d+)[.)])\s+(.*)$/;
const HEADING = /^(#{1,4})\s+(.*)$/;
const FENCE = /^\s*```/;
const TABLE = /^\s*\|(.*)\|\s*$/;
const RULE = /^\s*\|[\s:|-]+\|\s*$/;

export function parseMarkdown(source: string): readonly Block[] {
  const lines = source.replace(/\r\n?/g, '\n').split('\n');
  const blocks: Block[] = [];
  let at = 0;
  while (at < lines.length) {
    const line = lines[at];
    const heading = HEADING.exec(line);
    if (line.trim() === '') {
      at++;
    } else if (heading) {
      blocks.push({ kind: 'heading', level: heading[1].length, content: parseInline(heading[2]) });
      at++;
    } else {
      const read = FENCE.test(line)
        ? readCode
        : TABLE.test(line)
          ? readTable
          : ITEM.test(line)
            ? readList
            : readParagraph;
      const [block, next] = read(lines, at);
      blocks.push(block);
      at = next;
    }
  }
  return blocks;
}

type Read = (lines: readonly string[], at: number) => readonly [Block, number];

const readCode: Read = (lines, at) => {
  const end = lines.findIndex((line, index) => index > at && FENCE.test(line));
  const stop = end === -1 ? lines.length : end;
  return [{ kind: 'code', text: lines.slice(at + 1, stop).join('\n') }, stop + 1];
};

const readTable: Read = (lines, at) => {
  const end = endOf(lines, at, (line) => TABLE.test(line));
  const rows = lines
    .slice(at, end)
    .filter((line) => !RULE.test(line))
    .map((line) =>
      TABLE.exec(line)![1]
        .split('|')
        .map((cell) => parseInline(cell.trim())),
    );
  return [{ kind: 'table', head: rows[0] ?? [], rows: rows.slice(1) }, end];
};

const readList: Read = (lines, at) => {
  const items: string[] = [];
  const end = endOf(lines, at, (line) => {
    const item = ITEM.exec(line);
    if (item) items.push(item[2]);
    else if (/^\s{2,}\S/.test(line)) items[items.length - 1] += ` ${line.trim()}`;
    else return false;
    return true;
  });
  const ordered = ITEM.exec(lines[at])![1] !== undefined;
  return [{ kind: 'list', ordered, items: items.map(parseInline) }, end];
};

const readParagraph: Read = (lines, at) => {
  const end = endOf(
    lines,
    at,
    (line) => line.trim() !== '' && ![HEADING, FENCE, TABLE, ITEM].some((start) => start.test(line)),
  );
  const text = lines
    .slice(at, end)
    .map((line) => line.trim())
    .join(' ');
  return [{ kind: 'paragraph', content: parseInline(text) }, end];
};

/** First line from `at` on that `belongs` refuses; the line at `at` always belongs. */
function endOf(lines: readonly string[], at: number, belongs: (line: string) => boolean): number {
  let end = at;
  while (end < lines.length && (belongs(lines[end]) || end === at)) end++;
  return end;
}

const INLINE =
  /`([^`]+)`|\*\*([^*]+)\*\*|\[([^\]]+)\]\(([^)\s]+)\)|<(https?:[^>]+)>|(?<![\w*])[*_]([^*_\s][^*_]*)[*_](?!\w)|\$([^$]+)\$/g;

export function parseInline(source: string): readonly Inline[] {
  const result: Inline[] = [];
  let from = 0;
  for (const match of source.matchAll(INLINE)) {
    if (match.index > from) result.push({ kind: 'text', text: source.slice(from, match.index) });
    const [whole, code, strong, label, href, bare, emphasis, formula] = match;
    if (code) result.push({ kind: 'code', text: code });
    else if (formula) result.push({ kind: 'code', text: formulaText(formula) });
    else if (strong) result.push({ kind: 'strong', text: strong });
    else if (emphasis) result.push({ kind: 'emphasis', text: emphasis });
    else result.push(link(label ?? bare, href ?? bare));
    from = match.index + whole.length;
  }
  if (from < source.length) result.push({ kind: 'text', text: source.slice(from) });
  return result;
}

/** Only addresses of the web become links: a document from elsewhere cannot smuggle in a script. */
function link(text: string, href: string): Inline {
  return /^https?:\/\//.test(href) ? { kind: 'link', text, href } : { kind: 'text', text };
}
