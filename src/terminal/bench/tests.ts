import { setImmediate as soon } from 'node:timers/promises';
import type { Logger } from 'pino';
import { BehaviorSubject, filter, type Observable, Subject, Subscription } from 'rxjs';
import { signResult } from '../../protocol/attest.ts';
import type { TerminalPrivateKey } from '../../protocol/keys.ts';
import { type Part, type SelfTestProgress, SelfTestResult, verdictOf } from '../../protocol/self-test.ts';
import type { FacilityId, Instant, TerminalId, UnitId } from '../../protocol/units.ts';
import type { Sound } from '../audio/port.ts';
import type { BoardFile } from '../board/file.ts';
import type { Hardware, HardwareEvent } from '../hardware/port.ts';
import { type Fitted, fittedOf } from './fitted.ts';
import { type Instruments, measurePart } from './measure/measure.ts';
import { BenchBusy, type BenchEvent, type Lamps, type Seen } from './port.ts';
import type { Results } from './results.ts';
import { RunningTest } from './running-test.ts';

/** What self-tests of one terminal need. */
export interface TestsOptions extends Instruments {
  readonly facility: FacilityId;
  readonly unit: UnitId;
  readonly terminal: TerminalId;
  readonly board: BoardFile;
  readonly version: string;
  readonly drivers: Instruments['drivers'] & {
    readonly hardware: Pick<Hardware, 'events'>;
    readonly media: Pick<Sound, 'echo' | 'loopback'>;
  };
  readonly now: () => Instant;
  readonly log: Logger;
}

/** A self-test that is over, and the signed result. */
export interface Finished {
  readonly result: SelfTestResult;
  readonly jws: string;
}

const DARK: Lamps = { line: 'off', fault: 'off' };

/** Self-tests of one terminal: one at a time, each with the phone to itself, its result signed and kept. */
export class Tests {
  /** What is done to the core. */
  readonly events = new Subject<BenchEvent>();
  readonly lamps = new BehaviorSubject<Lamps | null>(null);
  /** How the test that runs stands, at each change. */
  readonly progress: Observable<SelfTestProgress>;
  readonly finished = new Subject<Finished>();
  readonly #progress = new BehaviorSubject<SelfTestProgress | null>(null);
  readonly #options: TestsOptions;
  readonly #fitted: Fitted;
  readonly #key: TerminalPrivateKey;
  readonly #results: Results;
  readonly #subscription = new Subscription();
  #hook: 'on' | 'off' = 'on';
  #seen: Seen | null = null;
  #running: RunningTest | null = null;
  /** The phone is had, or is being taken. */
  #taken = false;

  constructor(options: TestsOptions, key: TerminalPrivateKey, results: Results) {
    this.#options = options;
    this.#fitted = fittedOf(options.board);
    this.#key = key;
    this.#results = results;
    this.progress = this.#progress.pipe(filter((now) => now !== null));
    this.#subscription.add(options.drivers.hardware.events.subscribe((event) => this.#touched(event)));
  }

  /** How the terminal is now. A lockdown that drops takes the phone back. */
  see(seen: Seen): void {
    const lost = this.#seen?.bench === true && !seen.bench;
    this.#seen = seen;
    if (lost && this.#taken) this.stop('a lockdown took the phone');
    if (!this.#taken && seen.phase !== 'maintenance') this.stop('the handset was put down');
  }

  /** How it is; null before the first look. */
  get seen(): Seen | null {
    return this.#seen;
  }

  get running(): RunningTest | null {
    return this.#running;
  }

  /**
   * Starts a test of `parts` for `by`; resolves with it once it has the phone. One from the handset has the phone already.
   * @throws BenchBusy
   */
  async start(parts: readonly Part[], by: string): Promise<RunningTest> {
    if (this.#running !== null || this.#taken) throw new BenchBusy('a self-test is under way: wait for it, or stop it');
    if (by !== HANDSET) await this.#take();
    const test = new RunningTest(parts, this.#hook, {
      fitted: this.#fitted,
      measure: (part) => measurePart(part, this.#options),
      lamp: (led, lit) => this.lamps.next({ ...(this.lamps.value ?? DARK), [led]: lit }),
      echo: (on) => this.#options.drivers.media.echo(on),
      now: this.#options.now,
    });
    this.#running = test;
    test.progress.subscribe({
      next: (progress) => this.#progress.next(progress),
      complete: () => void this.#finish(test, by),
    });
    return test;
  }

  /** Ends the test that runs, if one does; what it has not looked at counts as skipped. */
  stop(why: string): void {
    this.#running?.feed({ type: 'stop', why });
  }

  close(): void {
    this.stop('the terminal is closed');
    this.#subscription.unsubscribe();
    this.events.complete();
    this.lamps.complete();
    this.#progress.complete();
    this.finished.complete();
  }

  async #take(): Promise<void> {
    this.#taken = true;
    this.events.next({ type: 'bench', on: true });
    // The core has heard it by then, whatever it was at.
    await soon();
    if (this.#seen?.bench) return;
    this.#taken = false;
    const { phase, lockdown } = this.#seen ?? { phase: 'idle', lockdown: null };
    if (phase !== 'idle') throw new BenchBusy('the handset is up: wait for the end of the call, and put it down');
    const why =
      lockdown?.mode === 'drop' ? 'a lockdown that drops is in effect: have it lifted, or drain' : 'try again';
    throw new BenchBusy(why);
  }

  async #finish(test: RunningTest, by: string): Promise<void> {
    const { facility, unit, terminal, version, board, log, now } = this.#options;
    this.#running = null;
    this.lamps.next(null);
    if (this.#taken) this.events.next({ type: 'bench', on: false });
    this.#taken = false;
    const results = [...test.results];
    const result = SelfTestResult.parse({
      id: test.id,
      facility,
      unit,
      terminal,
      by,
      started: test.started,
      ended: now(),
      version,
      node: process.version,
      board: board.name,
      verdict: verdictOf(results),
      results,
    });
    log.info({ verdict: result.verdict, by }, 'self-test is over');
    try {
      const jws = await signResult(result, this.#key);
      await this.#results.keep(jws);
      this.finished.next({ result, jws });
    } catch (error) {
      log.error({ err: error }, 'the result of a self-test could not be kept');
    }
  }

  #touched(event: HardwareEvent): void {
    if (event.type === 'hook') this.#hook = event.hook;
    const hand = event.type === 'key' || event.type === 'hook' || event.type === 'volume' || event.type === 'tamper';
    if (hand) this.#running?.feed(event);
  }
}

/** Who starts a test at the handset. */
export const HANDSET = 'handset';
