import { describe, expect, it } from 'vitest';
import { formulaText } from './formula.ts';
import { parseInline, parseMarkdown } from './markdown.ts';

describe('Markdown', () => {
  it('reads headings, paragraphs, lists, code and tables', () => {
    const source =
      '# Dense\n\nEvery output sees\nevery input.\n\n- one\n- two\n  goes on\n1. first\n\n```\ny = x\n\nz\n```\n| a | b |\n|---|---|\n| 1 | `2` |';
    expect(parseMarkdown(source)).toEqual([
      { kind: 'heading', level: 1, content: [{ kind: 'text', text: 'Dense' }] },
      { kind: 'paragraph', content: [{ kind: 'text', text: 'Every output sees every input.' }] },
      {
        kind: 'list',
        ordered: false,
        items: [
          [{ kind: 'text', text: 'one' }],
          [{ kind: 'text', text: 'two goes on' }],
          [{ kind: 'text', text: 'first' }],
        ],
      },
      { kind: 'code', text: 'y = x\n\nz' },
      {
        kind: 'table',
        head: [[{ kind: 'text', text: 'a' }], [{ kind: 'text', text: 'b' }]],
        rows: [[[{ kind: 'text', text: '1' }], [{ kind: 'code', text: '2' }]]],
      },
    ]);
  });

  it('ends with an unfinished code block instead of hanging', () => {
    expect(parseMarkdown('```\nx')).toEqual([{ kind: 'code', text: 'x' }]);
  });

  it('reads inline marks, formulas and links', () => {
    expect(parseInline('Use `relu`, **not** *tanh*: $y = x_1 * w$, [paper](https://a.org/b)')).toEqual([
      { kind: 'text', text: 'Use ' },
      { kind: 'code', text: 'relu' },
      { kind: 'text', text: ', ' },
      { kind: 'strong', text: 'not' },
      { kind: 'text', text: ' ' },
      { kind: 'emphasis', text: 'tanh' },
      { kind: 'text', text: ': ' },
      { kind: 'code', text: 'y = x_1 * w' },
      { kind: 'text', text: ', ' },
      { kind: 'link', text: 'paper', href: 'https://a.org/b' },
    ]);
  });

  it('writes formulas with signs instead of commands', () => {
    expect(formulaText('y = \\gamma \\frac{x - \\mu}{\\sqrt{\\sigma^2 + \\epsilon}} + \\beta')).toBe(
      'y = γ (x - μ) / (√(σ² + ε)) + β',
    );
    expect(formulaText('L = -\\sum_c t_c \\ln p_c')).toBe('L = -Σ_c t_c ln p_c');
    expect(formulaText('p = \\operatorname{softmax}(x)')).toBe('p = softmax(x)');
    expect(formulaText('\\frac1n')).toBe('1/n');
    expect(formulaText('x_{i+1}^2')).toBe('x_(i+1)²');
  });

  it('leaves underscores inside words alone and links only to the web', () => {
    expect(parseInline('running_mean_of')).toEqual([{ kind: 'text', text: 'running_mean_of' }]);
    expect(parseInline('[x](javascript:alert)')).toEqual([{ kind: 'text', text: 'x' }]);
  });
});
