import type { StrataError } from '../../core/errors.ts';
import { invalidError, lostError } from '../faults.ts';

/** How long after a failure the device may take to say that it is lost. */
const GRACE_MILLISECONDS = 250;

/**
 * What went wrong on the device outside any call: device loss and errors that no error scope caught. Every
 * method of the executor asks here first, so that such an error reaches a person and is never swallowed.
 */
export class Faults {
  /** Resolves with the reason when the device is gone for good. */
  readonly lost: Promise<string>;
  private fault: StrataError | undefined;

  constructor(device: GPUDevice) {
    this.lost = device.lost.then((info) => {
      this.fault = lostError(info.message || info.reason);
      return info.message || info.reason;
    });
    device.onuncapturederror = (event) => {
      this.fault ??= invalidError(event.error.message, []);
    };
  }

  /** Throws what has happened since the device was opened, if anything has. */
  check(): void {
    if (this.fault) throw this.fault;
  }

  /** Runs device work; a rejection becomes the device's own fault where there is one. */
  async guard<T>(work: () => Promise<T>): Promise<T> {
    this.check();
    try {
      const result = await work();
      this.check();
      return result;
    } catch (error) {
      // The loss of the device makes pending work reject before `lost` resolves, which may be some turns later.
      await Promise.race([this.lost, new Promise((resolve) => setTimeout(resolve, GRACE_MILLISECONDS))]);
      this.check();
      throw error;
    }
  }
}
