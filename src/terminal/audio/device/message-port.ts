import type { MessagePort } from 'node:worker_threads';
import { SampleFifo } from '../fifo.ts';
import { FRAME } from '../frame.ts';
import type { DeviceListener, SoundDevice } from './sound-device.ts';

/** Sound over a MessagePort, a frame a message: how a simulated handset is wired. */
export class PortDevice implements SoundDevice {
  readonly #port: MessagePort;
  /** 200 ms at most, 10 ms of it for the unevenness of whoever sends, more where that has shown to be too little. */
  readonly #fifo = new SampleFifo(10 * FRAME, FRAME / 2);

  constructor(port: MessagePort, listener: DeviceListener) {
    this.#port = port;
    port.on('message', (frame: unknown) => {
      if (frame instanceof Int16Array && frame.length === FRAME) this.#fifo.push(frame);
      else listener.malformed(`sound of the handset: a frame is an Int16Array of ${FRAME} samples`);
    });
  }

  read(frame: Int16Array): void {
    this.#fifo.pull(frame);
  }

  write(frame: Int16Array): void {
    this.#port.postMessage(frame);
  }

  skip(ticks: number): void {
    this.#fifo.skip(ticks * FRAME);
  }

  flush(): void {
    this.#fifo.clear();
  }

  /** Whoever is at the other end keeps the time, and sends on. */
  readonly restful = false;

  rest(): void {}

  wake(): number {
    return 0;
  }

  async close(): Promise<void> {
    this.#port.close();
  }
}
