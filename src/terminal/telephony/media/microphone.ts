import type { MessagePort } from 'node:worker_threads';
import { TapWriter } from '../../audio/tap.ts';

/**
 * Ticks in which what sounded in the earpiece may still come back at the microphone, 300 ms: the card's buffers on either side, the
 * programs' pipes between them, and the handset's own echo.
 */
const ECHO = 15;

/** Frames that cross together, 40 ms: the end of an answer is waited for. */
const BATCH = 2;

/** Who hears the caller while no call is up: one reader, and only what is not an echo of the earpiece. */
export class Microphone {
  #reader: TapWriter | null = null;
  /** Ticks since anything sounded in the earpiece. */
  #quiet = ECHO;

  /** Gives `port` what is said from now on, as `readTap` reads it. Whoever listened before hears no more. */
  listen(port: MessagePort): void {
    this.close();
    const reader = new TapWriter(
      port,
      () => {
        if (this.#reader === reader) this.#reader = null;
      },
      BATCH,
    );
    this.#reader = reader;
  }

  /** True where somebody listens. */
  get heard(): boolean {
    return this.#reader !== null;
  }

  /** 20 ms of the mouthpiece; whether the earpiece sounds in the same tick. */
  pass(mouth: Int16Array, sounds: boolean): void {
    this.#quiet = sounds ? 0 : Math.min(ECHO, this.#quiet + 1);
    if (this.#quiet === ECHO) this.#reader?.write('near', null, mouth);
  }

  /** Nothing is heard any more. */
  close(): void {
    this.#reader?.close();
    this.#reader = null;
  }
}
