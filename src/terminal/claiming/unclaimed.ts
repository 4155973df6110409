import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { Subscription } from 'rxjs';
import type { Key } from '../../protocol/units.ts';
import type { Voucher } from '../../protocol/voucher.ts';
import type { Sound } from '../audio/port.ts';
import type { Hardware } from '../hardware/port.ts';
import { Refused } from './ask.ts';
import { type Asking, askForCode, type Box } from './asking.ts';
import type { PlatformPlace } from './config.ts';
import { doorAt } from './door.ts';
import { clipsOf, type Saying } from './speech.ts';

/** Between two looks whether somebody has typed the code, and two tries to find a platform, ms. */
const LOOK = 2_000;
/** From the end of a saying to when it is said again, ms. */
const AGAIN = 2_500;
/** Wrong answers, of ten thousand there are, until the code counts no more. */
const WRONG_AT_MOST = 3;
/** That it is done is heard to its end, or for so long, ms. */
const HEARD_AT_MOST = 10_000;

/** What a phone is made a phone with. */
export interface UnclaimedOptions {
  readonly box: Box;
  readonly hardware: Pick<Hardware, 'events' | 'led'>;
  readonly media: Pick<Sound, 'events' | 'say' | 'hush' | 'keyBeep'>;
  /** The platform that this box is to ask now; null where none is found. */
  readonly find: () => Promise<PlatformPlace | null>;
  /** Keeps the voucher: when this resolves it is on the disk, whole. */
  readonly keep: (voucher: Voucher) => Promise<void>;
  readonly log: Logger;
}

/**
 * A phone that is nobody's yet. Whoever lifts the handset is said a code; once it was typed, the voucher is fetched and kept. A code goes
 * on after the handset is hung up, for who types it then.
 */
export class Unclaimed {
  /** Resolves with the voucher that was kept. */
  readonly claimed: Promise<Voucher>;
  readonly #options: UnclaimedOptions;
  readonly #subscription = new Subscription();
  #done: (voucher: Voucher) => void = () => undefined;
  #lifted = false;
  #asking: Asking | null = null;
  /** A voucher that somebody must still make certain of, and what was keyed. */
  #doubted: { readonly voucher: Voucher; readonly answer: string; keyed: string; wrong: number } | null = null;
  #running = false;
  readonly #stop = new AbortController();
  #say = 0;
  /** What is being said, and since when it is over. */
  #saying: Saying | null = null;
  #saidAt: number | null = null;
  /** What is said is over, or nobody listens any more. */
  #heard: () => void = () => undefined;
  #lastTrouble = '';

  constructor(options: UnclaimedOptions) {
    this.#options = options;
    const { hardware, media } = options;
    this.claimed = new Promise((resolve) => {
      this.#done = resolve;
    });
    this.#subscription.add(
      hardware.events.subscribe((event) => {
        if (event.type === 'hook') this.#hook(event.hook === 'off');
        if (event.type === 'key' && event.edge === 'down') this.#key(event.key);
      }),
    );
    this.#subscription.add(
      media.events.subscribe((event) => {
        if (event.type !== 'said' || event.say !== this.#say) return;
        this.#saidAt = performance.now();
        this.#heard();
      }),
    );
    hardware.led('line', 'blink');
  }

  close(): void {
    this.#subscription.unsubscribe();
    this.#stop.abort();
    this.#options.media.hush('caller');
  }

  #hook(lifted: boolean): void {
    this.#lifted = lifted;
    this.#saying = null;
    if (lifted) this.#run();
    else {
      this.#options.media.hush('caller');
      this.#heard();
    }
  }

  #run(): void {
    if (this.#running) return;
    this.#running = true;
    this.#rounds()
      .catch((err: unknown) =>
        this.#options.log.error({ err }, 'a phone that is new could not go on: lift the handset again'),
      )
      .finally(() => {
        this.#running = false;
      });
  }

  /** Goes on while somebody is there, or a code is out. */
  async #rounds(): Promise<void> {
    while (!this.#stop.signal.aborted && (this.#lifted || this.#asking !== null)) {
      const voucher = await this.#round();
      if (voucher !== null) return this.#keep(voucher);
      await sleep(LOOK, undefined, { signal: this.#stop.signal }).catch(() => undefined);
    }
  }

  /** The voucher, once it is there and certain. */
  async #round(): Promise<Voucher | null> {
    try {
      if (this.#doubted !== null) {
        this.#tell({ kind: 'answer' });
        return null;
      }
      this.#asking ??= await this.#ask();
      if (this.#asking === null) {
        this.#tell({ kind: 'no-platform' });
        return null;
      }
      const { codes } = this.#asking;
      this.#tell({ kind: 'code', code: codes.code });
      const voucher = await this.#asking.voucher();
      if (voucher === null || this.#asking.certain) return voucher;
      this.#doubted = { voucher, answer: codes.answer, keyed: '', wrong: 0 };
      this.#tell({ kind: 'answer' });
    } catch (error) {
      this.#trouble(error);
      const runOut = error instanceof Refused && [404, 409, 410].includes(error.status);
      if (runOut) this.#asking = null;
      else if (this.#asking === null) this.#tell({ kind: 'no-platform' });
    }
    return null;
  }

  async #ask(): Promise<Asking | null> {
    const { find, box, log } = this.#options;
    const place = await find();
    if (place === null) return null;
    const asking = await askForCode(doorAt(place.url), box, place.fingerprint ?? null);
    log.info(
      { platform: place.url, serial: box.says.serial },
      'a phone that is new asked its platform: its code is said in the handset',
    );
    return asking;
  }

  #key(key: Key): void {
    const doubted = this.#doubted;
    if (doubted === null || !this.#lifted || !/\d/.test(key)) return;
    this.#options.media.keyBeep();
    doubted.keyed += key;
    if (doubted.keyed.length < doubted.answer.length) return;
    const { voucher, keyed, answer } = doubted;
    doubted.keyed = '';
    if (keyed === answer) {
      this.#doubted = null;
      this.#keep(voucher).catch((err: unknown) =>
        this.#options.log.error({ err }, 'the voucher could not be kept: lift the handset again'),
      );
      return;
    }
    doubted.wrong += 1;
    this.#saying = null;
    this.#tell({ kind: 'wrong-answer' });
    if (doubted.wrong < WRONG_AT_MOST) return;
    this.#options.log.warn(
      'the digits of the page were keyed wrong three times: that platform is not believed, and a new code is asked for',
    );
    this.#doubted = null;
    this.#asking = null;
  }

  async #keep(voucher: Voucher): Promise<void> {
    await this.#options.keep(voucher);
    this.#asking = null;
    this.#saying = null;
    this.#options.log.info(`this phone is ${voucher.terminal} of ${voucher.facility} from now on`);
    const heard = new Promise<void>((resolve) => {
      this.#heard = resolve;
    });
    this.#tell({ kind: 'claimed' });
    const late = sleep(HEARD_AT_MOST, undefined, { signal: this.#stop.signal }).catch(() => undefined);
    if (this.#lifted) await Promise.race([heard, late]);
    this.#done(voucher);
  }

  /** Says it, and again a while after its end; nothing while nobody listens. */
  #tell(saying: Saying): void {
    if (!this.#lifted) return;
    const same = JSON.stringify(saying) === JSON.stringify(this.#saying);
    const isOver = this.#saidAt !== null && performance.now() - this.#saidAt >= AGAIN;
    if (same && !isOver) return;
    this.#saying = saying;
    this.#saidAt = null;
    this.#say += 1;
    const clips = clipsOf(saying);
    this.#options.media.say({ call: 'claiming', say: this.#say, to: 'caller', language: 'en', clips });
  }

  #trouble(error: unknown): void {
    const text = error instanceof Error ? error.message : String(error);
    if (text === this.#lastTrouble) return;
    this.#lastTrouble = text;
    this.#options.log.warn(`no voucher yet: ${text}`);
  }
}
