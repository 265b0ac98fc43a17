import { keyOf } from '../kernel/affine.ts';
import type { KernelBody, Operand } from '../kernel/body.ts';
import type { Expression } from '../kernel/expression.ts';
import type { Program, ValueId } from '../ir/program.ts';
import { bodyOf, type Definition } from './definitions.ts';

/** Writes values as expressions of loads: stored values are loaded, all others computed in place. */
export class Expander {
  private readonly program: Program;
  private readonly definitions: ReadonlyMap<ValueId, Definition>;
  private readonly loaded: (value: ValueId) => boolean;
  private readonly bodies = new Map<ValueId, KernelBody>();
  private readonly elements = new Map<string, Expression>();

  constructor(
    program: Program,
    definitions: ReadonlyMap<ValueId, Definition>,
    loaded: (value: ValueId) => boolean,
  ) {
    this.program = program;
    this.definitions = definitions;
    this.loaded = loaded;
  }

  body(value: ValueId): KernelBody {
    const known = this.bodies.get(value);
    if (known) return known;
    const definition = this.definitions.get(value);
    if (!definition) throw new Error(`The value %${value} is no result of an instruction.`);
    const body = bodyOf(this.program, definition.instruction, (input) => this.operand(input));
    this.bodies.set(value, body);
    return body;
  }

  private operand(value: ValueId): Operand {
    const type = this.program.values[value];
    return { type, at: (index) => this.at(value, index) };
  }

  private at(value: ValueId, index: readonly Expression[]): Expression {
    const key = `${value}[${index.map(keyOf).join(',')}]`;
    const known = this.elements.get(key);
    if (known) return known;
    const element = this.write(value, index);
    this.elements.set(key, element);
    return element;
  }

  private write(value: ValueId, index: readonly Expression[]): Expression {
    if (!this.definitions.has(value) || this.loaded(value)) {
      return { kind: 'load', dtype: this.program.values[value].dtype, source: value, index };
    }
    const body = this.body(value);
    if (body.kind !== 'map') throw new Error(`The value %${value} cannot be computed in place.`);
    return body.element(index);
  }
}
