import { Core, type Inviter } from 'sip.js';
import { type Headers, SessionTimer } from './session-timer.ts';

/** What a refresher is made with. */
export interface RefresherOptions {
  /** Session timer asked for, s; 0 asks for none. */
  readonly expires: number;
  /** The least that is accepted, s. */
  readonly least: number;
  /** T1 of RFC 3261, ms. */
  readonly t1: number;
  /** The session to be shown alive; null where it is not, or no more. */
  session(): Inviter | null;
  /** The next offer is to be what was said last. */
  repeat(): void;
  /** The far end is gone. */
  gone(why: string): void;
}

/** Keeps the session timer of a call (RFC 4028), by UPDATE where the far end knows it and by re-INVITE else. */
export class Refresher {
  readonly timer: SessionTimer;
  readonly #options: RefresherOptions;
  /** The far end takes UPDATE. */
  #updates = false;
  #again: NodeJS.Timeout | null = null;

  constructor(options: RefresherOptions) {
    this.#options = options;
    this.timer = new SessionTimer({
      expires: options.expires,
      least: options.least,
      refresh: () => this.#refresh(),
      expired: () => options.gone('no session refresh in time'),
    });
  }

  /** The call was answered. */
  answered(headers: Headers): void {
    this.#updates = /(^|[\s,])UPDATE([\s,]|$)/i.test(headers('allow') ?? '');
    this.timer.agreed(headers);
  }

  close(): void {
    this.timer.close();
    if (this.#again) clearTimeout(this.#again);
    this.#again = null;
  }

  #refresh(): void {
    const session = this.#options.session();
    const dialog = session?.dialog;
    if (!session || !(dialog instanceof Core.SessionDialog)) return;
    const extraHeaders = ['Supported: timer', ...this.timer.asks()];
    if (this.#updates) this.#update(session, dialog, extraHeaders);
    else {
      this.#options.repeat();
      // Refused where a re-INVITE of either side is under way.
      this.#invite(session, extraHeaders).catch(() => this.#later());
    }
  }

  #update(session: Inviter, dialog: Core.SessionDialog, extraHeaders: string[]): void {
    const contact = `Contact: ${session.request.getHeader('contact')}`;
    const message = dialog.createOutgoingRequestMessage('UPDATE', { extraHeaders: [...extraHeaders, contact] });
    // A challenge counts the request on, but not the dialog.
    const count = () => {
      while ((dialog.localSequenceNumber ?? 0) < message.cseq) dialog.incrementLocalSequenceNumber();
    };
    const refused = (response: Answered) => {
      count();
      this.#refused(response);
    };
    new Core.UserAgentClient(Core.NonInviteClientTransaction, session.userAgent.userAgentCore, message, {
      onAccept: (response) => {
        count();
        this.timer.agreed(headersIn(response));
      },
      onReject: refused,
      onRedirect: refused,
    });
  }

  async #invite(session: Inviter, extraHeaders: string[]): Promise<void> {
    const refused = (response: Answered) => this.#refused(response);
    await session.invite({
      requestOptions: { extraHeaders },
      requestDelegate: {
        onAccept: (response) => this.timer.agreed(headersIn(response)),
        onReject: refused,
        onRedirect: refused,
      },
    });
  }

  #refused(response: Answered): void {
    if (!this.#options.session()) return;
    const status = response.message.statusCode;
    // 10: these say that the dialog is gone. Whatever else is wrong may pass before the interval is over.
    if (status === 408 || status === 481) this.#options.gone(`a session refresh was answered ${status}`);
    else if (status === 491 || !isReal(response)) this.#later();
    else if (status === 422) {
      if (this.timer.raise(headersIn(response))) this.#refresh();
    } else if (this.#updates && (status === 405 || status === 501)) {
      this.#updates = false;
      this.#refresh();
    }
  }

  /** RFC 3261 14.1: who chose the Call-ID waits 2.1 to 4 s, in steps of 10 ms. */
  #later(): void {
    const steps = 210 + Math.floor(Math.random() * 191);
    if (this.#again) clearTimeout(this.#again);
    this.#again = setTimeout(() => this.#refresh(), steps * 10 * (this.#options.t1 / 500));
  }
}

interface Answered {
  readonly message: Core.IncomingResponseMessage;
}

/** SIP.js makes up a 408 for a time-out and a 503 for a fault of the transport: only a real one has a text. */
function isReal({ message }: Answered): boolean {
  return typeof message.data === 'string';
}

function headersIn({ message }: Answered): Headers {
  return (name) => (typeof message.data === 'string' ? message.getHeader(name) : undefined);
}
