import { type Core, type Inviter, SessionState } from 'sip.js';
import type { RemoteMedia } from '../../port.ts';
import { Description } from '../sdp/description.ts';
import type { Dialog } from '../wire/canonical.ts';
import type { Message } from '../wire/message.ts';
import { writeReply } from '../wire/reply.ts';
import type { AttemptContext, AttemptListener, AttemptOptions, Outcome } from './attempt-context.ts';
import { failureOf } from './failure.ts';
import { acknowledgedIn, answerInside, dialogOf, headersOf } from './inside.ts';
import { dropSession, invitation, srtpFor } from './invitation.ts';
import { Previews } from './previews.ts';
import { redirectionsIn } from './redirection.ts';
import { Refresher } from './refresh.ts';
import { Reinvites } from './reinvites.ts';

const MOST_RETRIES = 3;

/** One INVITE by one line, and the dialog that comes of it. */
export class Attempt {
  readonly #options: AttemptOptions;
  readonly #context: AttemptContext;
  readonly #listener: AttemptListener;
  /** SIP.js closes it with its session. */
  #description: Description;
  readonly #refresher: Refresher;
  readonly #previews = new Previews();
  readonly #reinvites: Reinvites;
  #silence: NodeJS.Timeout | null = null;
  #farewell: NodeJS.Timeout | null = null;
  #phase: 'calling' | 'proceeding' | 'talking' | 'over' = 'calling';
  #wanted = true;
  #rang = false;
  #held = false;
  #retries = 0;
  #inviter: Inviter | null = null;
  /** The 2xx that answered. */
  #accepted: Message | null = null;
  #ended: (() => void) | null = null;
  readonly #end = new Promise<void>((resolve) => {
    this.#ended = resolve;
  });

  constructor(options: AttemptOptions, context: AttemptContext, listener: AttemptListener) {
    this.#options = options;
    this.#context = context;
    this.#listener = listener;
    this.#description = this.#describe();
    this.#refresher = new Refresher({
      expires: context.sessionExpires,
      least: context.pace.leastExpires,
      t1: context.pace.t1,
      session: () => (this.#wanted && this.#phase === 'talking' ? this.#inviter : null),
      repeat: () => this.#description.repeat(),
      gone: (why) => this.#gone(why),
    });
    const lost = () => this.#gone('a 200 was never acknowledged');
    this.#reinvites = new Reinvites(this.#refresher.timer, this.#patience, lost);
  }

  /** Not given up: what happens to it is told. */
  get wanted(): boolean {
    return this.#wanted && this.#phase !== 'over';
  }

  /** Sends the INVITE. The outcome is told. */
  start(): void {
    try {
      this.#invite(null);
      this.#listen();
    } catch (error) {
      // A line that has lost its way out since it was chosen.
      this.#failed({ failure: 'network', sip: null, dead: String(error) });
    }
  }

  /**
   * Gives it up in whatever state; resolves when the far end knows, or will not be told. Before the first provisional
   * response there must be no CANCEL (RFC 3261 9.1): it then goes out with that response.
   */
  giveUp(): Promise<void> {
    if (this.#phase === 'over' || !this.#wanted) return this.#end;
    this.#wanted = false;
    this.#heard();
    this.#refresher.close();
    if (this.#phase === 'proceeding') this.#cancel();
    else if (this.#phase === 'talking') this.#bye();
    return this.#end;
  }

  /** Ends it here, whatever the far end makes of it. */
  forget(): void {
    this.#wanted = false;
    if (this.#phase !== 'over') this.#abandon();
  }

  /** A request inside the dialog: returns the response to send, or null where SIP.js is to have it. */
  asked(request: Message): string | null {
    const inviter = this.#inviter;
    if (!inviter) return null;
    // The tag of a leg whose 200 was lost is not known here.
    const early = this.#phase === 'calling' || this.#phase === 'proceeding';
    if (request.method === 'BYE' && early && request.toTag === inviter.request.fromTag)
      return this.#refusedByBye(request);
    if (request.method === 'ACK' && this.#reinvites.acknowledged(request)) {
      const dialog = dialogOf(request, inviter.userAgent.userAgentCore);
      if (dialog) acknowledgedIn(dialog);
    }
    const reply = answerInside(request, {
      core: inviter.userAgent.userAgentCore,
      contact: inviter.request.getHeader('contact') ?? '',
      timer: this.#refresher.timer,
      talking: this.#phase === 'talking',
      update: (sdp, early) => this.#description.update(sdp, early),
      redirected: (redirected) => this.#wanted && this.#listener.redirected(redirected),
      digit: (digit) => this.#wanted && this.#listener.digit(digit),
    });
    if (request.method === 'INVITE' && reply === null) this.#reinvites.came(request);
    return reply;
  }

  /** The dialog of a request; null where there is none. */
  dialog(request: Message): Dialog | null {
    const dialog = this.#inviter && dialogOf(request, this.#inviter.userAgent.userAgentCore);
    return dialog ? { target: dialog.remoteTarget.toString(), tag: dialog.remoteTag } : null;
  }

  /** A response to an INVITE: returns it as SIP.js is to see it. */
  answered(response: Message): Message {
    const status = response.status ?? 0;
    if (this.#phase === 'talking' || this.#phase === 'over') return response;
    if (this.wanted) {
      for (const redirected of redirectionsIn(response, this.#options.number)) this.#listener.redirected(redirected);
    }
    if (status >= 200 && status < 300) {
      this.#accepted ??= response;
      this.#description.settle(response.toTag ?? '');
    }
    return this.#previews.sift(response);
  }

  /** The same, after SIP.js has had it. */
  delivered(response: Message): void {
    const status = response.status ?? 0;
    this.#heard();
    if (status >= 200) {
      // Credentials went out with another INVITE.
      if (this.#phase === 'calling' && (status === 401 || status === 407)) this.#listen();
      return;
    }
    if (this.#phase === 'calling') this.#phase = 'proceeding';
    if (this.#phase !== 'proceeding') return;
    if (!this.#wanted) this.#cancel();
    else if (status > 100) {
      this.#rang = true;
      // 181 and 199 (RFC 6228) ring nowhere.
      if (status !== 181 && status !== 199) this.#listener.ringing();
    }
  }

  /** A response of SIP.js to a request inside the dialog: returns it as the far end is to see it. */
  answering(response: Message): Message {
    return this.#reinvites.answering(response);
  }

  /** Nobody may end a call so that he has not answered (RFC 3261 15); who does so means it. */
  #refusedByBye(bye: Message): string {
    const told = this.wanted;
    queueMicrotask(() => {
      void this.giveUp();
      if (told) this.#listener.failed({ failure: 'rejected', sip: null, dead: null });
    });
    return writeReply(bye, { status: 200, reason: 'OK' });
  }

  #invite(refused: Core.OutgoingRequestMessage | null): void {
    const { line, number, call } = this.#options;
    const inviter = invitation(line, number, this.#refresher.timer.asks(), refused);
    this.#inviter = inviter;
    this.#description = this.#describe();
    this.#phase = 'calling';
    this.#context.dialogs.describe(inviter, this.#description);
    this.#context.dialogs.add(inviter.request.callId, this);
    inviter.stateChange.addListener((state) => this.#stateChanged(inviter, state));
    const onRefused = ({ message }: { message: Core.IncomingResponseMessage }) => this.#refused(inviter, message);
    inviter.invite({ requestDelegate: { onReject: onRefused, onRedirect: onRefused } }).catch((error: unknown) => {
      this.#context.log.warn({ call, error: String(error) }, 'INVITE could not be sent');
      this.#failed({ failure: 'network', sip: null, dead: null });
    });
  }

  #describe(): Description {
    const { line, port } = this.#options;
    const { codecs, log, addresses } = this.#context;
    const srtp = srtpFor(line, this.#context.srtp, log);
    return new Description({
      address: line.address,
      port,
      codecs,
      srtp,
      addresses,
      connect: (remote) => this.#connect(remote),
    });
  }

  #connect(remote: RemoteMedia): void {
    if (!this.wanted) return;
    this.#listener.connect(remote);
    const held = remote.direction === 'sendonly' || remote.direction === 'inactive';
    const changed = held !== this.#held;
    this.#held = held;
    if (changed && this.#phase === 'talking') this.#listener.hold(held);
  }

  #stateChanged(inviter: Inviter, state: SessionState): void {
    if (inviter !== this.#inviter) return;
    if (state === SessionState.Established) {
      this.#phase = 'talking';
      if (this.#wanted) this.#established();
      else this.#bye();
    } else if (state === SessionState.Terminated) this.#terminated(inviter);
  }

  #established(): void {
    if (this.#accepted) this.#refresher.answered(headersOf(this.#accepted));
    this.#listener.answered();
    if (this.#held && this.wanted) this.#listener.hold(true);
  }

  /** SIP.js tells of a refusal right after this; nothing else says why an attempt is over. */
  #terminated(inviter: Inviter): void {
    const talked = this.#phase === 'talking';
    if (!this.#wanted) {
      // Our BYE: its answer ends it.
      if (!talked) this.#over();
    } else if (talked) {
      // Over first: whoever is told may hang up at once, and there is nothing left to hang up.
      this.#over();
      this.#listener.ended();
    } else {
      queueMicrotask(() => {
        // Without a refusal: it was answered, but not so that we could talk.
        const sip = this.#accepted ? 488 : null;
        if (inviter === this.#inviter) this.#failed({ failure: 'network', sip, dead: null });
      });
    }
  }

  #refused(inviter: Inviter, message: Core.IncomingResponseMessage): void {
    if (inviter !== this.#inviter) return;
    // SIP.js makes up a 408 or 503 for a time-out or a fault of the transport; only a real one has a text.
    const real = typeof message.data === 'string';
    const status = message.statusCode ?? 0;
    if (real && status === 422 && this.#wanted && this.#retries < MOST_RETRIES) {
      this.#retries += 1;
      if (this.#refresher.timer.raise((name) => message.getHeader(name))) {
        this.#invite(inviter.request);
        return;
      }
    }
    const mute = status === 408 ? 'no answer' : 'no way to it';
    const dead = this.#rang ? null : real ? (status === 503 ? 'answered 503' : null) : mute;
    this.#failed({ failure: real ? failureOf(status) : 'network', sip: real ? status : null, dead });
  }

  #failed(outcome: Outcome): void {
    if (this.#phase === 'over') return;
    const told = this.#wanted;
    this.#over();
    if (told) this.#listener.failed(outcome);
  }

  /** Waits for a sign of life. */
  #listen(): void {
    const { noAnswer } = this.#context.pace;
    if (!this.#options.impatient) return;
    this.#silence = setTimeout(() => {
      void this.giveUp();
      this.#listener.failed({ failure: 'network', sip: null, dead: `no answer within ${noAnswer} ms` });
    }, noAnswer);
  }

  /** There is one. */
  #heard(): void {
    if (this.#silence) clearTimeout(this.#silence);
    this.#silence = null;
  }

  #cancel(): void {
    if (this.#inviter?.state !== SessionState.Establishing) return;
    this.#inviter.cancel().catch((error: unknown) => this.#complain('CANCEL', error));
    this.#farewell = setTimeout(() => this.#abandon(), this.#patience);
  }

  #bye(): void {
    const over = () => this.#over();
    this.#inviter
      ?.bye({ requestDelegate: { onAccept: over, onReject: over, onRedirect: over } })
      .catch((error: unknown) => this.#complain('BYE', error));
  }

  /** The far end of a call is found to be gone: told as its BYE would be, and one is sent. */
  #gone(why: string): void {
    if (!this.#wanted || this.#phase !== 'talking') return;
    this.#context.log.info({ call: this.#options.call }, `call ended: ${why}`);
    void this.giveUp();
    this.#listener.ended();
  }

  /** A far end that does not even answer our CANCEL is forgotten. */
  #abandon(): void {
    this.#over();
    if (this.#inviter) dropSession(this.#inviter).catch((error: unknown) => this.#complain('the end of a call', error));
  }

  /** RFC 3261 9.1, 13.3.1.4: 64 T1. */
  get #patience(): number {
    return 64 * this.#context.pace.t1;
  }

  #over(): void {
    if (this.#phase === 'over') return;
    this.#phase = 'over';
    this.#heard();
    if (this.#farewell) clearTimeout(this.#farewell);
    this.#reinvites.close();
    this.#refresher.close();
    if (this.#inviter) this.#context.dialogs.remove(this.#inviter.request.callId, this);
    this.#ended?.();
  }

  #complain(what: string, error: unknown): void {
    this.#context.log.warn({ call: this.#options.call, error: String(error) }, `${what} could not be sent`);
    this.#over();
  }
}
