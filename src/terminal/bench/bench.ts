import { Subscription } from 'rxjs';
import { verifyResult } from '../../protocol/attest.ts';
import type { CommandOrder } from '../../protocol/command.ts';
import type { Diagnosis } from '../../protocol/finding.ts';
import type { TerminalPrivateKey } from '../../protocol/keys.ts';
import type { TerminalEvent } from '../../protocol/messages.ts';
import { type Part, type SelfTestProgress, type SelfTestResult, summaryOf } from '../../protocol/self-test.ts';
import type { CallId } from '../../protocol/units.ts';
import type { Job } from '../call/action.ts';
import type { Fleet, FleetEvent } from '../fleet/port.ts';
import { CodeCheck, type CodeHash } from './code.ts';
import { diagnose } from './diagnose.ts';
import { doJob, type Spoken } from './handset.ts';
import { obey } from './obey.ts';
import { type Bench, BenchBusy, type Seen } from './port.ts';
import { openResults, type Results } from './results.ts';
import { serve } from './socket/server.ts';
import { Tests, type TestsOptions } from './tests.ts';

/** What the bench of one terminal needs. */
export interface BenchOptions extends TestsOptions {
  readonly drivers: TestsOptions['drivers'] & { readonly fleet: Fleet };
  /** What this terminal signs with. */
  readonly key: TerminalPrivateKey;
  /** The technician's code; undefined where the handset takes none. */
  readonly code: CodeHash | undefined;
}

/**
 * Opens the bench of a terminal: self-tests, a socket for technicians on this machine, and commands of staff.
 * @throws StorageError where the data folder cannot be used.
 */
export async function openBench(options: BenchOptions): Promise<Bench> {
  const { folder, log, drivers, key } = options;
  const announce = (jws: string) => drivers.fleet.announce({ type: 'self-test-result', jws });
  const results = await openResults(folder, announce, log);
  const tests = new Tests(options, key, results);
  const bench = new TerminalBench(options, tests, results);
  const last = results.last;
  const kept = last === null ? null : await verifyResult(last, key).catch(() => null);
  if (kept) bench.take(kept.result);
  const socket = await serve(folder, { tests, diagnose: () => bench.diagnosis() }, log);
  bench.onClose(() => socket.close());
  return bench;
}

class TerminalBench implements Bench {
  readonly events: Bench['events'];
  readonly lamps: Bench['lamps'];
  readonly restart: Promise<Error>;
  #last: SelfTestResult | null = null;
  readonly #options: BenchOptions;
  readonly #tests: Tests;
  readonly #results: Results;
  readonly #code: CodeCheck | null;
  readonly #subscription = new Subscription();
  readonly #closers: (() => Promise<void>)[] = [];
  #link: 'up' | 'down' = 'down';
  #restart: (why: Error) => void = () => undefined;
  /** A progress is on its way to the broker; what comes meanwhile goes after it, the last of it. */
  #telling = false;
  #untold: SelfTestProgress | null = null;

  constructor(options: BenchOptions, tests: Tests, results: Results) {
    this.#options = options;
    this.#tests = tests;
    this.#results = results;
    this.#code = options.code === undefined ? null : new CodeCheck(options.code, options.now);
    this.events = tests.events.asObservable();
    this.lamps = tests.lamps.asObservable();
    this.restart = new Promise((resolve) => {
      this.#restart = resolve;
    });
    this.#subscription.add(tests.progress.subscribe((progress) => this.#tellProgress(progress)));
    this.#subscription.add(
      tests.finished.subscribe(({ result }) => {
        this.take(result);
        this.#publish();
      }),
    );
    this.#subscription.add(options.drivers.fleet.events.subscribe((event) => this.#hear(event)));
  }

  get last(): SelfTestResult | null {
    return this.#last;
  }

  /** The last result from now on. */
  take(result: SelfTestResult): void {
    this.#last = result;
    this.#options.drivers.fleet.tested(summaryOf(result));
  }

  see(seen: Seen): void {
    this.#tests.see(seen);
  }

  async test(parts: readonly Part[], by: string): Promise<string> {
    return (await this.#tests.start(parts, by)).id;
  }

  work(call: CallId, request: number, job: Job): void {
    this.#do(job).then(
      ({ ok, clips }) => this.#tests.events.next({ type: 'bench-reply', call, request, ok, clips }),
      (error: unknown) => {
        this.#options.log.warn({ err: error, job: job.type }, 'a job of the handset did not work');
        this.#tests.events.next({ type: 'bench-reply', call, request, ok: false, clips: ['test-failed'] });
      },
    );
  }

  diagnosis(): Diagnosis {
    const { seen } = this.#tests;
    const { drivers, now } = this.#options;
    const recordsWaiting = drivers.journal.waiting().length;
    const known = { link: this.#link, recordsWaiting, last: this.last };
    return { at: now(), findings: seen === null ? [] : diagnose({ seen, ...known }) };
  }

  onClose(closer: () => Promise<void>): void {
    this.#closers.push(closer);
  }

  async close(): Promise<void> {
    this.#subscription.unsubscribe();
    this.#tests.close();
    for (const closer of this.#closers) await closer();
  }

  async #do(job: Job): Promise<Spoken> {
    if (job.type !== 'code') return doJob(job.type, this.#tests, this.#options);
    const found = (await this.#code?.look(job.code)) ?? 'wrong';
    const detail = {
      right: 'at the handset',
      wrong: 'a wrong code was keyed',
      locked: 'too many wrong codes this hour',
    };
    this.#options.log[found === 'right' ? 'info' : 'warn'](`technician's code: ${found}`);
    const state = found === 'right' ? 'entered' : 'refused';
    this.#options.drivers.fleet.tell({ type: 'maintenance', state, detail: detail[found] });
    return { ok: found === 'right', clips: [] };
  }

  #hear(event: FleetEvent): void {
    if (event.type === 'command') void this.#obey(event.order);
    if (event.type !== 'link') return;
    this.#link = event.state;
    if (event.state === 'up') this.#publish();
  }

  async #obey(order: CommandOrder): Promise<void> {
    const { issuer, sequence, command } = order;
    const { drivers, log } = this.#options;
    const what = `command ${command.type} of ${issuer}, sequence ${sequence},`;
    const told = (outcome: 'obeyed' | 'refused', detail: string): TerminalEvent => ({
      type: 'command',
      command: command.type,
      issuer,
      sequence,
      outcome,
      detail: detail.slice(0, 300),
    });
    try {
      const detail = await obey(order, { tests: this.#tests, diagnosis: () => this.diagnosis(), ...this.#deeds() });
      log.info(`${what} is obeyed: ${detail}`);
      drivers.fleet.tell(told('obeyed', detail));
    } catch (error) {
      const reason = error instanceof BenchBusy ? error.message : 'it did not work: see the log of the terminal';
      if (error instanceof BenchBusy) log.warn(`${what} is refused: ${reason}`);
      else log.error({ err: error }, `${what} could not be obeyed`);
      drivers.fleet.tell(told('refused', reason));
    }
  }

  #deeds() {
    return {
      tell: (event: TerminalEvent) => this.#options.drivers.fleet.tell(event),
      restart: (why: string) => this.#restart(new Error(why)),
      cutOff: () => this.#tests.events.next({ type: 'cut-off' }),
    };
  }

  #publish(): void {
    // With no link, or one that goes, it is tried again when it is back.
    this.#results.publish().catch((error: unknown) => {
      this.#options.log.debug({ err: error }, 'the result of a self-test waits for the broker');
    });
  }

  #tellProgress(progress: SelfTestProgress): void {
    this.#untold = progress;
    if (this.#telling || this.#link === 'down') return;
    this.#telling = true;
    void this.#tellNext();
  }

  async #tellNext(): Promise<void> {
    const { fleet } = this.#options.drivers;
    while (this.#untold !== null) {
      const progress = this.#untold;
      this.#untold = null;
      // Progress that does not get through is worth nothing later.
      await fleet.announce({ type: 'self-test', progress }).catch(() => undefined);
    }
    this.#telling = false;
  }
}
