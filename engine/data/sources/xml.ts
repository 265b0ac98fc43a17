import { Parser } from 'saxen';
import { contentOf, type Source } from './source.ts';

export type Attributes = Readonly<Record<string, string | undefined>>;

/** What is called for an element; names are without the prefix of their namespace. */
export interface XmlReader {
  /** `decode` gives an attribute as it is meant, where it may have signs that XML writes otherwise. */
  open?(name: string, attributes: () => Attributes, decode: (raw: string) => string): void;
  close?(name: string): void;
  text?(text: string): void;
}

/** Reads an XML text, or some whole elements of one. Throws an `Error` where it is none. */
export function readXml(xml: string, { open, close, text }: XmlReader): void {
  const parser = new Parser()
    .on('openTag', (name, attributes, decode) => open?.(local(name), attributes, decode))
    .on('closeTag', (name) => close?.(local(name)))
    .on('text', (raw, decode) => text?.(decode(raw)))
    .on('cdata', (plain) => text?.(plain))
    .on('error', (error) => {
      throw error;
    });
  parser.parse(xml);
}

const local = (name: string): string => name.slice(name.indexOf(':') + 1);

/** Characters of an element: a row of Excel's widest sheets has a million. */
const LONGEST = 2 ** 22;

/** Throws an `Error` where there is so much without a whole element that looking for one, again with each piece, would take for ever. */
function requireShort(text: string, name: string): void {
  if (text.length > LONGEST) throw new Error(`<${name}> has no end within ${LONGEST} characters.`);
}

/**
 * All elements of a name as they are read, many at a time, to be read by `readXml`: the parser takes texts, and files may be larger. `read`
 * is how many bytes have been read so far. Throws an `Error` where the last one has no end.
 */
export async function* elementsOf(
  source: Source,
  name: string,
): AsyncIterable<{ readonly xml: string; readonly read: number }> {
  const { stream, read } = contentOf(source);
  stream.setEncoding('utf8');
  const first = new RegExp(`<((?:\\w+:)?)${name}[\\s/>]`);
  let rest = '';
  let end: string | undefined;
  for await (const chunk of stream as AsyncIterable<string>) {
    rest += chunk;
    if (end === undefined) {
      const begin = first.exec(rest);
      if (!begin) {
        requireShort(rest, name);
        continue;
      }
      rest = rest.slice(begin.index);
      end = `</${begin[1]}${name}>`;
    }
    const last = rest.lastIndexOf(end);
    if (last < 0) {
      requireShort(rest, name);
      continue;
    }
    yield { xml: `<_>${rest.slice(0, last + end.length)}</_>`, read: read() };
    rest = rest.slice(last + end.length);
  }
  if (new RegExp(`<(\\w+:)?${name}(\\s[^>]*)?(?<!/)>`).test(rest)) throw new Error('It ends too early.');
}
