import { formatBytes } from '../core/bytes.ts';
import { StrataError } from '../core/errors.ts';

/** What every executor may have to say. */

export function lostError(reason: string): StrataError {
  return new StrataError({
    code: 'DEVICE_LOST',
    message: 'The device that computes stopped answering.',
    got: reason,
    fix: 'Go on from the last checkpoint. If it happens again, update the graphics driver or use a smaller batch.',
  });
}

export function invalidError(message: string, origins: readonly string[]): StrataError {
  return new StrataError({
    code: 'KERNEL_INVALID',
    message: 'The device refused a kernel.',
    ...(origins.length > 0 ? { where: origins.join(', ') } : {}),
    got: message,
    fix: 'Report this with the model file: it is a fault in Strata, not in your model.',
  });
}

export function memoryError(bytes: number, label: string, available?: number): StrataError {
  return new StrataError({
    code: 'DEVICE_MEMORY',
    message: 'The model does not fit into the memory of the device.',
    where: label,
    got: `${formatBytes(bytes)} needed`,
    ...(available === undefined ? {} : { expected: `at most ${formatBytes(available)}` }),
    fix: 'Use a smaller batch size or smaller layers; or train with a memory limit, so that values are computed again instead of kept.',
  });
}
