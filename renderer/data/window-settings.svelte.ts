import type { ColumnChoice, WindowChoice } from '../../engine/process/protocol.ts';
import { DEFAULT_WINDOWS, type WindowCounts } from './windows.ts';

/** How a series is to be cut into windows, where its rows are one. */
export class WindowSettings {
  /** Null where no windows are cut. */
  counts = $state.raw<WindowCounts | null>(null);
  /** Missing numbers are put on a line. */
  linear = $state(false);
  /** Steps that may be missing inside of a window; any number where null. */
  maxGap = $state<number | null>(null);
  /** Columns that were said to be known ahead. */
  private told = $state.raw<readonly string[]>([]);

  /** `proposed`: what the rows suggest. */
  begin(windowed: boolean, proposed: WindowCounts | undefined): void {
    this.counts = windowed ? (proposed ?? DEFAULT_WINDOWS) : null;
    this.told = [];
  }

  setCount(name: keyof WindowCounts, value: number): void {
    if (this.counts) this.counts = { ...this.counts, [name]: value };
  }

  /** Columns that can be known ahead: the time, and inputs that are not predicted. */
  aheadChoices(columns: readonly ColumnChoice[]): readonly string[] {
    return columns.filter(({ role }) => role === 'time' || role === 'input').map(({ name }) => name);
  }

  ahead(columns: readonly ColumnChoice[]): readonly string[] {
    return this.aheadChoices(columns).filter((name) => this.told.includes(name));
  }

  setAhead(name: string, known: boolean): void {
    this.told = known ? [...this.told, name] : this.told.filter((other) => other !== name);
  }

  /** What is asked of the import, with the columns as they were chosen. */
  choice(columns: readonly ColumnChoice[]): WindowChoice | undefined {
    const named = (wanted: ColumnChoice['role']) => columns.find(({ role }) => role === wanted)?.name;
    const [time, group] = [named('time'), named('group')];
    if (!this.counts || time === undefined) return undefined;
    const { length, horizon, stride } = this.counts;
    return {
      time,
      ...(group !== undefined && { group }),
      length,
      horizon,
      stride,
      ahead: this.ahead(columns),
      ...(this.linear && { fill: 'linear' }),
      ...(this.maxGap !== null && { maxGap: this.maxGap }),
    };
  }
}
