import { describe, expect, it } from 'vitest';
import type { Column } from '../core/dataset.ts';
import type { Stream } from './stream.ts';
import { Vocabulary } from './vocabulary.ts';

interface Words {
  readonly classes?: readonly string[];
  readonly targets?: readonly string[];
  readonly tokens?: Column['tokens'];
  readonly size?: number;
}

function vocabulary({ classes, targets, tokens, size = 0 }: Words): Vocabulary {
  const column: Column = {
    name: 'x',
    role: 'input',
    kind: 'any',
    dtype: 'i32',
    shape: [4],
    missing: 0,
    ...(tokens && { tokens }),
  };
  const state = {
    name: 'x',
    type: { dtype: 'i32', shape: [1, 4] },
    role: 'data',
    init: { kind: 'upload' },
  } as const;
  const stream: Stream = {
    node: 'tokens',
    input: {
      state,
      binding: { columns: [column], dtype: 'i32', shape: [4], parts: [], ...(classes && { classes }) },
    },
    length: 4,
    prediction: 'output',
    probabilities: false,
    size: (targets ?? classes)?.length ?? size,
    targets,
    stepwise: true,
  };
  return new Vocabulary(stream);
}

const unknown = expect.objectContaining({ problem: expect.objectContaining({ code: 'GENERATE_TOKEN' }) });

describe('characters that are classes', () => {
  const letters = vocabulary({ classes: ['a', 'b', 'c'] });
  it('are read one by one, and written without spaces', () => {
    expect(letters.encode('cab a')).toEqual([2, 0, 1, 0]);
    expect(letters.decode([0, 0, 2])).toBe('aac');
    expect(letters.decode([1], [0])).toBe('b');
    expect(() => letters.encode('ax')).toThrow(unknown);
  });
  it('may be spaces, too', () => {
    expect(vocabulary({ classes: ['a', ' '] }).encode('a a')).toEqual([0, 1, 0]);
  });
});

describe('words that are classes', () => {
  const words = vocabulary({ classes: ['down', 'up'], targets: ['up', 'end', 'down'] });
  it('are parted by spaces', () => {
    expect(words.encode(' up  down ')).toEqual([1, 0]);
    expect(words.decode([0, 2])).toBe('up down');
    expect(words.decode([0, 2], [1])).toBe(' up down');
  });
  it('are found again where the target numbers them otherwise, or knows more', () => {
    expect([...words.tokens]).toEqual([1, -1, 0]);
    expect(words.choice('end')).toBe(1);
    expect(() => words.choice('left')).toThrow(unknown);
  });
});

describe('numbers', () => {
  it('are read as they are', () => {
    const numbers = vocabulary({ size: 12 });
    expect(numbers.encode('3, 11 0')).toEqual([3, 11, 0]);
    expect(numbers.decode([3, 11], [0])).toBe(' 3 11');
    expect(() => numbers.encode('3 x')).toThrow(unknown);
  });
  it('are what the names of the target say', () => {
    expect([...vocabulary({ targets: ['1', '2', '10', 'none'] }).tokens]).toEqual([1, 2, 10, -1]);
    expect(vocabulary({ targets: ['1', '2'] }).decode([0, 1])).toBe('1 2');
  });
});

describe('a column of texts', () => {
  const classes = ['<pad>', '<unk>', 'the', 'cat', ','];
  const text = vocabulary({ classes, tokens: { tokenizer: 'words', lowerCase: true } });
  it('is cut as at its import', () => {
    expect(text.encode('The cat, the dog')).toEqual([2, 3, 4, 2, 1]);
    expect(text.decode([2, 3], [3])).toBe(' the cat');
    expect(text.decode([0, 2])).toBe('the');
  });
});
