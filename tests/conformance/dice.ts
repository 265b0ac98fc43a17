import type { Field } from '../../engine/core/fields.ts';
import { uniform } from '../../engine/core/random.ts';

/** Random choices, the same for the same trial. */
export class Dice {
  private drawn = 0;
  private readonly trial: number;

  constructor(trial: number) {
    this.trial = trial;
  }

  chance(share: number): boolean {
    return uniform(5, 0, this.trial, this.drawn++) < share;
  }

  from(low: number, high: number): number {
    return low + Math.floor(uniform(5, 0, this.trial, this.drawn++) * (high - low + 1));
  }

  many<T>(low: number, high: number, make: () => T): T[] {
    return Array.from({ length: this.from(low, high) }, make);
  }

  setting(field: Field): unknown {
    if (this.chance(0.5)) return field.default;
    switch (field.kind) {
      case 'integers':
        return this.many(field.length ?? 1, field.length ?? 3, () => this.from(field.min ?? -3, 4));
      case 'number':
        return field.integer ? this.from(Math.max(field.min ?? -5, -5), 6) : field.default;
      case 'choice':
        return field.options[this.from(0, field.options.length - 1)].value;
      case 'boolean':
        return this.chance(0.5);
      default:
        return field.default;
    }
  }
}
