/**
 * A block of code that is being written, inside its parent. Values are bound in the outermost block that
 * knows all they depend on, so whatever does not change in a loop is computed before it.
 */
export class Scope {
  readonly level: number;
  readonly parent: Scope | undefined;
  readonly lines: string[] = [];
  private readonly names = new Map<string, string>();

  constructor(parent?: Scope) {
    this.parent = parent;
    this.level = parent ? parent.level + 1 : 0;
  }

  /** The enclosing block of a level, or this one. */
  at(level: number): Scope {
    return level >= this.level || !this.parent ? this : this.parent.at(level);
  }

  /** Name of a value of this block; equal code is bound once, by the statement that `assign` writes. */
  bind(code: string, fresh: () => string, assign: (name: string) => string): string {
    const known = this.names.get(code);
    if (known) return known;
    const name = fresh();
    this.names.set(code, name);
    this.lines.push(assign(name));
    return name;
  }
}

export function indent(lines: readonly string[]): string[] {
  return lines.flatMap((line) => line.split('\n')).map((line) => `  ${line}`);
}
