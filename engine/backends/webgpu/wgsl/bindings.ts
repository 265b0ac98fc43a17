import type { Width } from '../../codegen/emitter.ts';
import type { DType } from '../../../core/dtype.ts';
import { size } from '../../../core/shape.ts';
import type { TensorType } from '../../../core/tensor.ts';

interface Binding {
  readonly variable: string;
  readonly source: number;
  readonly declaration: string;
}

/** WGSL type of a value in a register. */
export function registerType(dtype: DType, lanes: Width = 1): string {
  const scalar = dtype === 'u8' ? 'u32' : dtype;
  return lanes === 4 ? `vec4<${scalar}>` : scalar;
}

/** How many of its buffers a kernel may bind twice: by element and by vector. */
export const BOUND_TWICE = 2;

/** The buffers that a kernel uses. Some that are only read may be bound once for every width. */
export class Bindings {
  private readonly bindings = new Map<string, Binding>();
  private twice = 0;
  private readonly written: ReadonlyMap<number, TensorType>;
  private readonly sameBuffer: ReadonlyMap<number, number>;

  /**
   * `written`: what the kernel stores. `sameBuffer`: sources that share the buffer of a stored value.
   */
  constructor(written: ReadonlyMap<number, TensorType>, sameBuffer: ReadonlyMap<number, number>) {
    this.written = written;
    this.sameBuffer = sameBuffer;
  }

  /** The width at which a source is to be read, where `wanted` would be best: another one where bindings are scarce. */
  width(source: number, wanted: Width): Width {
    if (this.written.has(this.sameBuffer.get(source) ?? source)) return wanted;
    const [isBound, isOther] = [wanted, 5 - wanted].map((width) => this.bindings.has(`${source}:${width}`));
    if (isBound || !isOther) return wanted;
    if (this.twice === BOUND_TWICE) return (5 - wanted) as Width;
    this.twice++;
    return wanted;
  }

  /** Variable that holds a source at a width. */
  variable(source: number, type: TensorType, width: Width): string {
    const owner = this.sameBuffer.get(source) ?? source;
    const writes = this.written.has(owner);
    // Bytes lie in words, however they are read.
    const key = writes || type.dtype === 'u8' ? `${owner}` : `${owner}:${width}`;
    let binding = this.bindings.get(key);
    if (!binding) {
      const variable = `b${this.bindings.size}`;
      const access = writes ? 'read_write' : 'read';
      const declaration = `var<storage, ${access}> ${variable}: ${arrayType(type, width)};`;
      binding = { variable, source: owner, declaration };
      this.bindings.set(key, binding);
    }
    return binding.variable;
  }

  /** Sources in binding order. */
  get sources(): number[] {
    return [...this.bindings.values()].map((binding) => binding.source);
  }

  declarations(): string[] {
    return [...this.bindings.values()].map(
      ({ declaration }, index) => `@group(0) @binding(${index}) ${declaration}`,
    );
  }
}

/**
 * Arrays have their exact size: a bound that is known lets drivers clamp an index with one instruction,
 * which is worth a third of the time of a matrix product on a software adapter.
 */
function arrayType({ dtype, shape }: TensorType, width: Width): string {
  const length = size(shape);
  if (dtype === 'u8') return `array<u32, ${Math.ceil(length / 4)}>`;
  const element = dtype === 'bool' ? 'u32' : dtype;
  return width === 4 ? `array<vec4<${element}>, ${length / 4}>` : `array<${element}, ${length}>`;
}
