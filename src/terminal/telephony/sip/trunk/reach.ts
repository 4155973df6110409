import { type BackOff, Pauses } from '../../../../retry/pauses.ts';
import type { Peer } from '../config.ts';

/** What a reach is made with. */
export interface ReachOptions {
  /** The targets of the trunk, best first (RFC 3263). Rejects where there are none. */
  locate(): Promise<readonly Peer[]>;
  readonly backOff: BackOff;
  /**
   * Goes to the target, or tries it again where it is the same as before; `up` or `failed` are to be called when it is known
   * how that went.
   */
  attempt(target: Peer, moved: boolean): Promise<void>;
  /** Told at each change. */
  tell(reached: boolean, detail: string): void;
}

/** How often the targets are looked up again, ms; the cache of names decides whether anybody is asked. */
const LOOK = 60_000;

/** One that held for less than this many first pauses has not proved anything: pauses go on growing. */
const STEADY = 5;

/**
 * Which target of a trunk is used, and whether it can be reached. We stay with one as long as it does its work; when it fails the
 * next is tried at once, and after all have failed all over again at growing pauses.
 */
export class Reach {
  readonly #options: ReachOptions;
  readonly #pauses: Pauses;
  #targets: readonly Peer[] = [];
  #target: Peer | null = null;
  /** Targets that have failed since one did its work. */
  #failed = 0;
  #reached: boolean | null = null;
  /** When the present target began to do its work. */
  #since = 0;
  #why = 'not tried yet';
  #retry: NodeJS.Timeout | null = null;
  #look: NodeJS.Timeout | null = null;
  #closed = false;

  constructor(options: ReachOptions) {
    this.#options = options;
    this.#pauses = new Pauses(options.backOff);
  }

  /** Finds the targets and goes to the first; resolves when that is under way, or will be tried later. */
  async start(): Promise<void> {
    await this.#relocate();
    if (!this.#closed) this.#look = setInterval(() => void this.#relocate(), LOOK);
  }

  get reached(): boolean {
    return this.#reached === true;
  }

  /** How many targets a call may try. */
  get choices(): number {
    return Math.max(1, this.#targets.length);
  }

  /** All of them, best first. */
  get targets(): readonly Peer[] {
    return this.#targets;
  }

  /** Where requests go now; null where the trunk has no address yet. */
  get target(): Peer | null {
    return this.#target;
  }

  /** What was wrong last. */
  get why(): string {
    return this.#why;
  }

  /** The present target does its work. */
  up(detail: string): void {
    if (this.#retry) clearTimeout(this.#retry);
    this.#retry = null;
    if (!this.#reached) this.#since = performance.now();
    this.#tell(true, detail);
  }

  /** The present target does not. True where another one is tried now. */
  failed(detail: string): boolean {
    this.#why = detail;
    // All have failed already, and the next try has its time.
    if (this.#retry || this.#closed) return false;
    if (this.#reached && performance.now() - this.#since > STEADY * this.#options.backOff.first) {
      this.#pauses.reset();
      this.#failed = 0;
    }
    this.#failed += 1;
    if (this.#failed < this.#targets.length) {
      void this.#go((this.#at() + 1) % this.#targets.length);
      return true;
    }
    this.#failed = 0;
    this.#tell(false, detail);
    this.#later();
    return false;
  }

  close(): void {
    this.#closed = true;
    if (this.#retry) clearTimeout(this.#retry);
    if (this.#look) clearInterval(this.#look);
  }

  #later(): void {
    this.#retry = setTimeout(() => {
      this.#retry = null;
      if (this.#target) void this.#options.attempt(this.#target, false);
      else void this.#relocate();
    }, this.#pauses.next());
  }

  async #relocate(): Promise<void> {
    try {
      this.#targets = await this.#options.locate();
    } catch (error) {
      if (this.#closed || this.#target || this.#retry) return;
      this.#why = error instanceof Error ? error.message : String(error);
      this.#tell(false, this.#why);
      this.#later();
      return;
    }
    if (!this.#closed && this.#at() < 0) await this.#go(0);
  }

  /** Place of the present target among them; -1 where it is no longer one. */
  #at(): number {
    return this.#targets.findIndex(
      ({ address, port }) => address === this.#target?.address && port === this.#target.port,
    );
  }

  async #go(at: number): Promise<void> {
    this.#target = this.#targets[at] ?? null;
    if (this.#target) await this.#options.attempt(this.#target, true);
  }

  #tell(reached: boolean, detail: string): void {
    if (this.#reached === reached) return;
    this.#reached = reached;
    this.#options.tell(reached, detail);
  }
}
