import { formatType } from '../core/tensor.ts';
import type { Plan, PlanStep } from './plan.ts';

/** A plan as text: buffers and states with their bytes, and every program's dispatches and copies in their order. */
export function printPlan(plan: Plan): string {
  const lines = [
    `plan: ${plan.peakBytes} bytes in ${plan.buffers.length} buffers, ${plan.kernels.length} kernels`,
    '',
    ...plan.buffers.map(({ bytes, label }, at) => `buffer ${at}: ${bytes} bytes  # ${label}`),
    '',
    ...plan.states.map(
      (state) => `${state.role} ${state.name}: ${formatType(state)} in buffer ${state.buffer}`,
    ),
    ...plan.programs.flatMap(({ name, steps, outputs, flops }) => [
      '',
      `program ${name}  # ${flops} FLOP`,
      ...steps.flatMap((step) => printStep(plan, step)),
      ...outputs.map((output) => `  output ${output.name}: ${formatType(output)} in buffer ${output.buffer}`),
    ]),
  ];
  return `${lines.join('\n')}\n`;
}

function printStep(plan: Plan, step: PlanStep): string[] {
  if ('repeat' in step) {
    const { times, steps } = step.repeat;
    return [
      `  ${times} times:`,
      ...steps.flatMap((inner) => printStep(plan, inner)).map((line) => `  ${line}`),
    ];
  }
  if ('copy' in step) {
    const { from, to, bytes, rows } = step.copy;
    const place = rows ? `, at byte ${rows.start}, then ${rows.stride} further each time` : '';
    return [`  copy buffer ${from} → ${to}, ${bytes} bytes${place}`];
  }
  const { kernel, buffers, workgroups } = step;
  return [
    `  kernel ${kernel} (${buffers.join(', ')}) × ${workgroups.join(' × ')}  # ${plan.kernels[kernel].label}`,
  ];
}
