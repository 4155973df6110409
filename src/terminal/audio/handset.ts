import { openDevice } from './device/open.ts';
import type { DeviceOptions } from './device/options.ts';
import type { DeviceListener, Part, SoundDevice } from './device/sound-device.ts';
import { Earpiece } from './earpiece.ts';
import { clamp16, FRAME } from './frame.ts';
import type { HandsetSound } from './handset-sound.ts';
import { Loopback } from './loopback/loopback.ts';
import type { LoopbackResult } from './port.ts';
import { TREATMENTS } from './profile.ts';

/** Frames by which an echo is later: a second. */
const ECHO = 50;

/** Ticks between two times that lost sound is told: ten seconds. */
const QUIET = 500;

/** What a handset tells. */
export interface HandsetListener extends Omit<DeviceListener, 'xrun'> {
  /** The card lost sound, so many times since this was told last. */
  xrun(part: Part, count: number): void;
}

const factorOf = (decibels: number): number => 10 ** (decibels / 20);

/** A handset with its levels: what is done between the card and all else, and the tests of either end. */
export class Handset {
  /** Times the card lost sound, since the start. */
  readonly lost = { capture: 0, playback: 0 };
  /** Of those, what was told, and ticks until more may be. */
  readonly #told = { capture: { count: 0, quiet: 0 }, playback: { count: 0, quiet: 0 } };
  readonly #listener: HandsetListener;
  readonly #settings: HandsetSound;
  readonly #device: SoundDevice;
  readonly #earpiece: Earpiece;
  readonly #microphone: number;
  /** In parts of the microphone; 0 for none. */
  readonly #sidetone: number;
  /** As the card gave it. */
  readonly #raw = new Int16Array(FRAME);
  readonly #mouth = new Int16Array(FRAME);
  readonly #ear = new Int16Array(FRAME);
  /** The last second of the mouthpiece, a frame after another, where there is an echo. */
  #voice: Int16Array[] | null = null;
  #loopback: Loopback | null = null;
  #fault: string | null = null;

  constructor(options: DeviceOptions, settings: HandsetSound, listener: HandsetListener) {
    const { recovery, steady } = TREATMENTS[settings.profile];
    this.#settings = settings;
    this.#listener = listener;
    this.#earpiece = new Earpiece(recovery);
    this.#microphone = factorOf(settings.microphone);
    const sidetone = settings.profile === 'tty' ? undefined : settings.sidetone;
    this.#sidetone = sidetone === undefined ? 0 : factorOf(sidetone);
    this.setVolume(0);
    this.#device = openDevice(options, steady !== null, {
      ...listener,
      state: (state, detail) => {
        this.#fault = state === 'fault' ? detail : null;
        if (state === 'fault') this.#stopLoopback(detail);
        listener.state(state, detail);
      },
      xrun: (part) => {
        this.lost[part] += 1;
      },
    });
  }

  /** Why the card does not run; null where it does. */
  get fault(): string | null {
    return this.#fault;
  }

  /** Gain of the volume keys, dB. */
  setVolume(gain: number): void {
    this.#earpiece.setVolume(gain + this.#settings.earpiece);
  }

  /** The caller's own voice comes back a second later, or no longer. */
  echo(on: boolean): void {
    this.#voice = on ? [] : null;
  }

  /** Plays the probe and listens. Rejects where that cannot be done now. */
  async loopback(): Promise<LoopbackResult> {
    if (this.#loopback) throw new Error('loop-back test: one is under way');
    if (this.#fault !== null) throw new Error(`loop-back test: ${this.#fault}`);
    this.#loopback = new Loopback(this.#settings.loopback, factorOf(this.#settings.earpiece));
    const before = this.lost.capture + this.lost.playback;
    const result = await this.#loopback.result;
    const lost = this.lost.capture + this.lost.playback - before;
    if (lost === 0) return result;
    const detail = `the card lost sound ${lost} times meanwhile: again, when the machine has less to do`;
    return { ...result, verdict: 'unclear', earpiece: 'unknown', microphone: 'unknown', detail };
  }

  /** A call begins: it has the handset to itself. */
  reset(): void {
    this.echo(false);
    this.#stopLoopback('a call came in between');
  }

  /** 20 ms of the mouthpiece; silence while the handset is tried out by itself. */
  read(mouth: Int16Array): void {
    this.#device.read(this.#raw);
    const gain = this.#microphone;
    if (gain === 1) this.#mouth.set(this.#raw);
    else for (let n = 0; n < FRAME; n++) this.#mouth[n] = clamp16((this.#raw[n] as number) * gain);
    if (this.#loopback) mouth.fill(0);
    else mouth.set(this.#mouth);
  }

  /** 20 ms for the earpiece, in 16-bit scale; after `read` of the same tick. `mix` is used up. */
  write(mix: Float32Array): void {
    if (this.#loopback) {
      if (this.#loopback.tick(this.#raw, this.#ear)) this.#loopback = null;
    } else {
      this.#addEcho(mix);
      this.#earpiece.run(mix, this.#ear);
      this.#addSidetone();
    }
    this.#device.write(this.#ear);
    this.#tellLost('capture');
    this.#tellLost('playback');
  }

  /** Nothing is tried out, and the card asks for nothing: ticks may stop. */
  get restful(): boolean {
    return !this.#loopback && !this.#voice && this.#device.restful;
  }

  /** Ticks stop. */
  rest(): void {
    this.#device.rest();
  }

  /** Ticks go on; how many more are wanted at once. */
  wake(): number {
    return this.#device.wake();
  }

  /** Time that was passed over. */
  skip(ticks: number): void {
    this.#device.skip(ticks);
  }

  /** Forgets all sound held. */
  flush(): void {
    this.#device.flush();
  }

  async close(): Promise<void> {
    this.#stopLoopback('the terminal stops');
    await this.#device.close();
  }

  #tellLost(part: Part): void {
    const told = this.#told[part];
    if (told.quiet > 0) told.quiet -= 1;
    const count = this.lost[part] - told.count;
    if (count === 0 || told.quiet > 0) return;
    this.#told[part] = { count: this.lost[part], quiet: QUIET };
    this.#listener.xrun(part, count);
  }

  #stopLoopback(why: string): void {
    this.#loopback?.stop(why);
    this.#loopback = null;
  }

  #addEcho(mix: Float32Array): void {
    if (!this.#voice) return;
    this.#voice.push(this.#mouth.slice());
    if (this.#voice.length <= ECHO) return;
    const then = this.#voice.shift() as Int16Array;
    for (let n = 0; n < FRAME; n++) mix[n] = (mix[n] as number) + (then[n] as number);
  }

  /** After the volume: who turns the other party up does not want to hear himself more. */
  #addSidetone(): void {
    if (this.#sidetone === 0) return;
    for (let n = 0; n < FRAME; n++) {
      this.#ear[n] = clamp16((this.#ear[n] as number) + (this.#mouth[n] as number) * this.#sidetone);
    }
  }
}
