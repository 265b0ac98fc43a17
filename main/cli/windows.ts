import { StrataError } from '../../engine/core/errors.ts';
import type { WindowFill } from '../../engine/core/import.ts';
import type { Preview, WindowChoice } from '../../engine/process/protocol.ts';
import { settings } from './settings.ts';

/** What follows --window: `true` where nothing does. */
export type WindowOption = string | true;

const EXAMPLE = 'length=24,horizon=1,stride=1,time=date,group=shop';
const NAMES = ['time', 'group', 'length', 'horizon', 'stride', 'fill', 'maxGap'];

/** Windows as they were asked for; what was left out is as the rows suggest. Throws `OPTION_INVALID` or `WINDOW_UNKNOWN`. */
export function windowsFor(option: WindowOption, { windows, columns }: Preview): WindowChoice {
  const given = new Map(settings(option === true ? [] : option.split(','), '--window', EXAMPLE));
  const unknown = [...given.keys()].find((name) => !NAMES.includes(name));
  if (unknown !== undefined) {
    throw new StrataError({
      code: 'OPTION_INVALID',
      message: `Windows have no "${unknown}".`,
      got: unknown,
      expected: `e.g. ${EXAMPLE}`,
      fix: 'Correct what follows --window.',
    });
  }
  const time = given.get('time') ?? windows?.time ?? columns.find(({ role }) => role === 'time')?.name;
  const length = given.get('length') ?? windows?.length;
  if (time === undefined || length === undefined)
    throw unknownWindows(time === undefined ? 'time' : 'length');
  const fill = given.get('fill');
  const group = given.get('group') ?? windows?.group;
  const maxGap = given.get('maxGap');
  return {
    time: String(time),
    ...(group !== undefined && { group: String(group) }),
    length: Number(length),
    horizon: Number(given.get('horizon') ?? 1),
    stride: Number(given.get('stride') ?? 1),
    // The importer checks it.
    ...(fill !== undefined && { fill: fill as WindowFill }),
    ...(maxGap !== undefined && { maxGap: Number(maxGap) }),
  };
}

function unknownWindows(missing: string): StrataError {
  return new StrataError({
    code: 'WINDOW_UNKNOWN',
    message: `The rows do not tell which ${missing} windows are to have.`,
    got: `no ${missing}`,
    expected: `e.g. ${EXAMPLE}`,
    fix: `Put ${missing}=… behind --window.`,
  });
}
