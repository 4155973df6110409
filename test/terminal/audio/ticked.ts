import { openDevice } from '../../../src/terminal/audio/device/open.ts';
import type { DeviceOptions } from '../../../src/terminal/audio/device/options.ts';
import type { SoundDevice } from '../../../src/terminal/audio/device/sound-device.ts';
import { Ticker } from '../../../src/terminal/audio/ticker.ts';

/** ms. */
const LIMIT = 60_000;

/** Sound devices that are ticked as the engine would, and what they told. */
export class Ticked {
  readonly told: string[] = [];
  readonly #open: { device: Pick<SoundDevice, 'close'>; ticker: Ticker }[] = [];

  /** Opens a device, plays what `source` gives on it; `read` is what is read from it. */
  start(options: DeviceOptions, source: () => Int16Array = () => new Int16Array(320)) {
    const read: Int16Array[] = [];
    const device = openDevice(options, false, {
      state: (state, detail) => this.told.push(`${state}: ${detail}`),
      malformed: (detail) => this.told.push(detail),
      xrun: (part) => this.told.push(part),
      stir: () => {},
    });
    const ticker = new Ticker(() => {
      const frame = new Int16Array(320);
      device.read(frame);
      read.push(frame);
      device.write(source());
    });
    this.keep(device, ticker);
    return { device, read };
  }

  /** Closes these too. */
  keep(device: Pick<SoundDevice, 'close'>, ticker: Ticker): void {
    this.#open.push({ device, ticker });
  }

  /** @throws Error with what was told where it does not come to be */
  async until(condition: () => boolean | Promise<boolean>): Promise<void> {
    const end = Date.now() + LIMIT;
    while (!(await condition())) {
      if (Date.now() > end) throw new Error(`waited ${LIMIT / 1_000} s in vain; told: ${this.told.join(' | ')}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  async close(): Promise<void> {
    for (const { device, ticker } of this.#open.splice(0)) {
      ticker.close();
      await device.close();
    }
  }
}
