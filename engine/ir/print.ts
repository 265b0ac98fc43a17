import { formatType } from '../core/tensor.ts';
import type { Attributes, Module, Program, Scan } from './program.ts';

/** A program as text, one instruction a line: `%3: f32[8 × 10] = matmul(%0, %1) {transposeRight} # dense-1`. */
export function printProgram(program: Program): string {
  const typed = (value: number) => `%${value}: ${formatType(program.values[value])}`;
  const lines = [
    `program ${program.name}`,
    ...program.reads.map(({ state, value }) => `  ${typed(value)} = read ${state}`),
    ...program.instructions.flatMap(({ op, inputs, results, attributes, origin, scan }) => {
      const call = `${op}(${inputs.map((input) => `%${input}`).join(', ')})`;
      const line = `  ${results.map(typed).join(', ')} = ${call}${printAttributes(attributes)}${origin ? ` # ${origin}` : ''}`;
      return scan ? [line, ...printScan(scan)] : [line];
    }),
    ...program.writes.map(({ state, value }) => `  write ${state} = %${value}`),
    ...program.outputs.map(({ name, value }) => `  output ${name} = %${value}`),
  ];
  return `${lines.join('\n')}\n`;
}

/** States first, then every program. */
export function printModule(module: Module): string {
  const states = module.states.map(({ name, type, role }) => `${role} ${name}: ${formatType(type)}`);
  return [...states, '', ...module.programs.map(printProgram)].join('\n');
}

/** What is repeated, indented. */
function printScan({ steps, reverse, body }: Scan): string[] {
  const lines = printProgram(body).trimEnd().split('\n').slice(1);
  return [`    ${steps} times${reverse ? ', from the last' : ''}:`, ...lines.map((line) => `    ${line}`)];
}

function printAttributes(attributes: Attributes): string {
  const entries = Object.entries(attributes).filter(([, value]) => value !== false);
  if (entries.length === 0) return '';
  const parts = entries.map(([name, value]) => (value === true ? name : `${name}: ${JSON.stringify(value)}`));
  return ` {${parts.join(', ')}}`;
}
