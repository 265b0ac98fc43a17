import { SingleBar } from 'cli-progress';
import { formatBytes } from '../../engine/core/bytes.ts';
import type { JobProgress, MetricPoint, RunEvent } from '../../engine/process/protocol.ts';
import type { Cli } from './cli.ts';
import { formatInitial, formatMetrics, formatNumber, formatSeconds, formatTuning } from './text.ts';

const FORMAT = '{bar} {percentage}% | {value}/{total} steps | {metrics} | {speed} | {left} left';

/** Shows how a run goes on: a bar on a terminal, a line per evaluation elsewhere, events for programs. */
export class RunProgress {
  private readonly cli: Cli;
  private readonly bar = new SingleBar({ format: FORMAT, hideCursor: true, barsize: 24 });
  private metrics = '';
  private drawn = false;

  constructor(cli: Cli) {
    this.cli = cli;
  }

  show({ runId: _, ...event }: RunEvent): void {
    const { kind, ...values } = event;
    if (kind === 'metrics') {
      const { points } = values as { points: readonly MetricPoint[] };
      for (const point of points) this.point(point);
    } else if (kind !== 'result') {
      this.cli.event(kind, values);
    }
    if (event.kind === 'speed') this.speed(event);
    if (event.kind === 'tuning') for (const line of formatTuning(event)) this.cli.print(line);
    if (event.kind === 'compiling' && event.done === 0)
      this.cli.print(`Compiling ${event.total} kernels for this device …`);
    if (event.kind === 'loading') this.cli.print(`Loading data: ${Math.round(100 * event.share)} % …`);
    if (event.kind === 'phase' && event.phase === 'preparing' && event.message) this.cli.print(event.message);
    if (event.kind === 'initial') for (const line of formatInitial(event)) this.cli.print(line);
    if (event.kind === 'device')
      this.cli.print(`Training ${event.parameters.toLocaleString('en')} parameters on ${event.device.name}.`);
  }

  stop(): void {
    if (this.drawn) this.bar.stop();
    this.drawn = false;
  }

  private point(point: MetricPoint): void {
    this.cli.event('metrics', point);
    const named = Object.fromEntries(
      Object.entries(point.values).map(([name, value]) => [`${point.split}.${name}`, value]),
    );
    const text = formatMetrics(named, point.split);
    if (point.split === 'train') this.metrics = text;
    else if (!process.stderr.isTTY)
      this.cli.print(`epoch ${point.epoch.toFixed(0)}  ${point.split}: ${text}`);
  }

  private speed(event: Omit<Extract<RunEvent, { kind: 'speed' }>, 'runId'>): void {
    if (this.cli.json || !process.stderr.isTTY) return;
    const payload = {
      metrics: this.metrics,
      speed: `${formatNumber(event.examplesPerSecond)} examples/s`,
      left: formatSeconds(event.secondsLeft),
    };
    if (this.drawn) this.bar.update(event.step, payload);
    else this.bar.start(event.totalSteps, event.step, payload);
    this.drawn = true;
  }
}

/** Shows how an import goes on: a bar on a terminal while the source is read, a line per stage, events for programs. */
export class ImportProgress {
  private readonly cli: Cli;
  private readonly bar = new SingleBar({
    format: '{bar} {percentage}% | {rate} | {left} left',
    hideCursor: true,
    barsize: 24,
  });
  private stage = '';
  private drawn = false;

  constructor(cli: Cli) {
    this.cli = cli;
  }

  show(event: JobProgress): void {
    this.cli.event('progress', event);
    if (event.stage !== this.stage) {
      this.stop();
      this.cli.print(`${event.stage} …`);
    }
    this.stage = event.stage;
    if (!this.cli.json && process.stderr.isTTY) this.draw(event);
  }

  stop(): void {
    if (this.drawn) this.bar.stop();
    this.drawn = false;
  }

  private draw({ done, total, bytesPerSecond, secondsLeft }: JobProgress): void {
    if (!total || secondsLeft === undefined) return;
    const rate = bytesPerSecond === undefined ? '' : `${formatBytes(bytesPerSecond)}/s`;
    const payload = { rate, left: formatSeconds(secondsLeft) };
    if (this.drawn) this.bar.update(done, payload);
    else this.bar.start(total, done, payload);
    this.drawn = true;
  }
}
