import { InvalidArgumentError } from 'commander';
import { parseBytes } from '../../engine/core/bytes.ts';

/** Parser of an option that is a whole number from `min` to `max`. */
export function numberOption(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== '' && Number.isInteger(value) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`);
  };
}

/** Parser of an option that is a part of the whole, from 0 to below 1. */
export function fractionOption(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= 0 && value < 1) return value;
  throw new InvalidArgumentError('It must be a number from 0 to below 1.');
}

/** Parser of an option that is any number from `min` to `max`. */
export function measureOption(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== '' && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`It must be a number from ${min} to ${max}.`);
  };
}

/** Parser of an option that is a size in bytes. */
export function bytesOption(text: string): number {
  const bytes = parseBytes(text);
  if (bytes) return bytes;
  throw new InvalidArgumentError('It must be a size such as 2GB, 500MB or 1.5GiB.');
}
