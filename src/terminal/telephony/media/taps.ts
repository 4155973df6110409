import type { MessagePort } from 'node:worker_threads';
import type { TapDirection } from '../../audio/port.ts';
import { TapWriter } from '../../audio/tap.ts';

/** Taps of one call at most: recording, detection, and a few more. */
const MOST = 8;

/** Who listens to which call. A privileged call is listened to by nobody. */
export class Taps {
  /** Of each call that is open: its taps, or null where it may have none. */
  readonly #calls = new Map<string, Set<TapWriter> | null>();

  /** A call begins. */
  open(call: string, privileged: boolean): void {
    this.#calls.set(call, privileged ? null : new Set());
  }

  /** Gives `port` all that passes of `call` from now on. Throws where that may not be. */
  add(call: string, port: MessagePort): void {
    const taps = this.#calls.get(call);
    if (taps === undefined) throw new Error(`no media of call ${call}`);
    if (taps === null) throw new Error(`call ${call} is privileged and cannot be tapped`);
    if (taps.size >= MOST) throw new Error(`call ${call} has ${MOST} taps already`);
    const tap = new TapWriter(port, () => taps.delete(tap));
    taps.add(tap);
  }

  /** True where somebody listens. */
  has(call: string): boolean {
    return (this.#calls.get(call)?.size ?? 0) > 0;
  }

  /** 20 ms passed the bridge. */
  pass(call: string, direction: TapDirection, rtpTime: number | null, samples: Int16Array): void {
    for (const tap of this.#calls.get(call) ?? []) tap.write(direction, rtpTime, samples);
  }

  /** A call is over, and its taps with it. */
  end(call: string): void {
    for (const tap of this.#calls.get(call) ?? []) tap.close();
    this.#calls.delete(call);
  }
}
