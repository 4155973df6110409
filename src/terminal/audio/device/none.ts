import type { SoundDevice } from './sound-device.ts';

/** A terminal without sound: a mouthpiece that is silent and an earpiece nobody hears. */
export class NoDevice implements SoundDevice {
  read(frame: Int16Array): void {
    frame.fill(0);
  }

  write(): void {}

  skip(): void {}

  flush(): void {}

  readonly restful = true;

  rest(): void {}

  wake(): number {
    return 0;
  }

  async close(): Promise<void> {}
}
