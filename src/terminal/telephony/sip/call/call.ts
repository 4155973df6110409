import type { CallOptions, MediaSessions, TelephonyEvent } from '../../port.ts';
import { Attempt } from './attempt.ts';
import type { AttemptContext, Outcome } from './attempt-context.ts';
import type { Line } from './line.ts';
import type { Redirected } from './redirection.ts';

/** What a call needs around it. */
export interface CallContext extends AttemptContext {
  readonly media: MediaSessions;
  /** The lines in the order they are to be tried; none where there is no way out. */
  lines(): readonly Line[];
  tell(event: TelephonyEvent): void;
  /** The call is over and needs no more attention. */
  done(): void;
}

const MOST_REDIRECTIONS = 16;

/** One outgoing call: an attempt by one line, and by the next where that shows no life before anything rang. */
export class Call {
  readonly #name: string;
  readonly #number: string;
  readonly #options: CallOptions;
  readonly #context: CallContext;
  readonly #redirections = new Set<string>();
  /** Where media is open. */
  #media: { readonly address: string; readonly port: number } | null = null;
  #attempt: Attempt | null = null;
  #hungUp = false;
  #over = false;
  #ended: (() => void) | null = null;

  constructor(name: string, number: string, options: CallOptions, context: CallContext) {
    this.#name = name;
    this.#number = number;
    this.#options = options;
    this.#context = context;
  }

  /** Opens media and sends the INVITE. The outcome comes as events. */
  start(): void {
    this.#go(this.#context.lines(), { failure: 'network', sip: null, dead: 'no trunk' });
  }

  /** Ends the call from whatever state; resolves when the far end knows, or will not be told. */
  hangUp(): Promise<void> {
    if (this.#over || this.#hungUp) return Promise.resolve();
    this.#hungUp = true;
    this.#context.media.release(this.#name);
    const ended = new Promise<void>((resolve) => {
      this.#ended = resolve;
    });
    void this.#attempt?.giveUp().then(() => this.#end());
    return ended;
  }

  /** Tries the first of these lines, with the others to follow; `last` is why there may be none left. */
  #go(lines: readonly Line[], last: Outcome): void {
    const [line, ...rest] = lines;
    if (!line) {
      this.#fail(last);
      return;
    }
    this.#open(line.address).then(
      (port) => {
        if (this.#hungUp) this.#end();
        else this.#try(line, rest, port);
      },
      (error: unknown) => {
        this.#context.log.warn({ call: this.#name, error: String(error) }, 'no media for a call');
        this.#fail({ failure: 'network', sip: null, dead: null });
      },
    );
  }

  #try(line: Line, rest: readonly Line[], port: number): void {
    const { media, log } = this.#context;
    const call = this.#name;
    const attempt = new Attempt({ call, line, number: this.#number, port, impatient: rest.length > 0 }, this.#context, {
      ringing: () => this.#tell({ type: 'ringing', call }),
      redirected: (redirected) => this.#redirected(redirected),
      connect: (remote) => media.connect(call, remote),
      answered: () => this.#tell({ type: 'answered', call }),
      hold: (held) => this.#tell({ type: 'hold', call, held }),
      digit: (digit) => this.#tell({ type: 'far-digit', call, digit }),
      failed: (outcome) => {
        if (outcome.dead === null) return this.#fail(outcome);
        log.warn({ call, trunk: line.name, why: outcome.dead }, 'a call could not go out by a trunk');
        line.failed(outcome.dead);
        this.#go(rest, outcome);
      },
      ended: () => this.#end({ type: 'far-ended', call }),
    });
    this.#attempt = attempt;
    attempt.start();
  }

  /** Media on `address`: what is open, where it is open there. */
  async #open(address: string): Promise<number> {
    const { media } = this.#context;
    if (this.#media?.address === address) return this.#media.port;
    if (this.#media) media.release(this.#name);
    this.#media = null;
    const port = await media.open(this.#name, address, this.#options);
    this.#media = { address, port };
    return port;
  }

  #redirected({ how, to }: Redirected): void {
    const key = `${how} ${to}`;
    if (this.#redirections.has(key) || this.#redirections.size >= MOST_REDIRECTIONS) return;
    this.#redirections.add(key);
    this.#tell({ type: 'redirected', call: this.#name, how, to });
  }

  #fail({ failure, sip }: Outcome): void {
    this.#end({ type: 'dial-failed', call: this.#name, failure, sip });
  }

  #tell(event: TelephonyEvent): void {
    if (!this.#hungUp && !this.#over) this.#context.tell(event);
  }

  /** Over first: whoever is told may dial again at once. */
  #end(event: TelephonyEvent | null = null): void {
    if (this.#over) return;
    const told = !this.#hungUp;
    this.#over = true;
    this.#context.media.release(this.#name);
    this.#ended?.();
    this.#context.done();
    if (event && told) this.#context.tell(event);
  }
}
