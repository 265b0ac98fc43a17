import { describe, expect, it } from 'vitest';
import { JsonLists, type JsonItem } from './json-lists.ts';

const CONTENT = {
  info: { b: [1, 2], text: 'a "quoted" [list], {with} \\ signs' },
  a: [{ 'x,y': '],"\\', nested: [[1, 2], []] }, 3, 'ü', null, [4]],
  other: ['a', { a: [5] }],
  b: [],
  'nämed "c"': [true],
};
const WANTED = ['a', 'b', 'nämed "c"', 'absent'];

function readAll(bytes: Buffer, lists: JsonLists, size = 5): JsonItem[] {
  const items: JsonItem[] = [];
  for (let at = 0; at < bytes.length; at += size) items.push(...lists.scan(bytes.subarray(at, at + size)));
  lists.end();
  return items;
}

function itemsOf(bytes: Buffer, size: number): { items: JsonItem[]; found: string[] } {
  const lists = new JsonLists(WANTED);
  const items: JsonItem[] = [];
  // The piece is used again, as that of a file is.
  const piece = Buffer.alloc(size);
  for (let at = 0; at < bytes.length; at += size)
    items.push(...lists.scan(piece.subarray(0, bytes.copy(piece, 0, at, at + size))));
  lists.end();
  return { items, found: [...lists.found] };
}

describe('lists of a JSON object', () => {
  it.each([1, 2, 3, 7, 64, 4096])('are read item by item in pieces of %i bytes', (size) => {
    const expected = ['a', 'b', 'nämed "c"'].flatMap((list) =>
      (CONTENT[list as 'a'] as unknown[]).map((value) => ({ list, value })),
    );
    for (const indent of [0, 2]) {
      const { items, found } = itemsOf(Buffer.from(JSON.stringify(CONTENT, null, indent)), size);
      expect(items).toEqual(expected);
      expect(found).toEqual(['a', 'b', 'nämed "c"']);
    }
  });

  it('are called by the names that lead to them', () => {
    const content = {
      x: [[1]],
      y: { x: { a: [1, 2] }, a: [{}, {}, 3], 'b c': [[{ a: [{}] }]] },
      z: [{ a: [4] }],
    };
    const lists = new JsonLists(['y.x.a']);
    const items = readAll(Buffer.from(JSON.stringify(content)), lists);
    expect(items).toEqual([1, 2].map((value) => ({ list: 'y.x.a', value })));
    expect([...lists.others]).toEqual([
      ['x', 1],
      ['y.a', 2],
      ['y.b c', 1],
      ['z', 1],
    ]);
    expect(readAll(Buffer.from('[1, "a]", [2]]'), new JsonLists(['']))).toEqual(
      [1, 'a]', [2]].map((value) => ({ list: '', value })),
    );
  });

  it('that close what was not opened are refused', () => {
    expect(() => readAll(Buffer.from('{"a": [1}'), new JsonLists(WANTED))).toThrow(
      'closes what was not opened',
    );
    expect(() => readAll(Buffer.from('[1]]'), new JsonLists(['']))).toThrow('closes what was not opened');
  });

  it('that end too early or hold no JSON are refused', () => {
    const bytes = Buffer.from(JSON.stringify(CONTENT));
    expect(() => itemsOf(bytes.subarray(0, -3), 50)).toThrow('ends too early');
    expect(() => itemsOf(Buffer.from('{"a": [{"x" 1}]}'), 50)).toThrow(SyntaxError);
  });
});
