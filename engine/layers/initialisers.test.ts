import { describe, expect, it } from 'vitest';
import { initialiser, initialiserField } from './initialisers.ts';

const fan = { in: 6, out: 2 };

describe('initialiser', () => {
  it.each([
    // The bounds and deviations of the papers that initialisers.ts cites, for 6 values in and 2 out.
    ['glorot-uniform', { kind: 'uniform', limit: Math.sqrt(6 / 8) }],
    ['he-normal', { kind: 'normal', standardDeviation: Math.sqrt(2 / 6) }],
    ['he-uniform', { kind: 'uniform', limit: 1 }],
    ['lecun-normal', { kind: 'normal', standardDeviation: 1 / Math.sqrt(6) }],
    ['zeros', { kind: 'zeros' }],
  ] as const)('%s', (name, expected) => {
    expect(initialiser(name, fan)).toEqual(expected);
  });

  it('can be chosen by name', () => {
    const field = initialiserField('he-normal');
    expect(field.default).toBe('he-normal');
    for (const { value } of field.options) expect(() => initialiser(value, fan)).not.toThrow();
  });
});
