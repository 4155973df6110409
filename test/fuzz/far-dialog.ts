import { header, type Message } from '../../src/terminal/telephony/sip/wire/message.ts';
import { writeReply } from '../../src/terminal/telephony/sip/wire/reply.ts';
import { ANSWER, FarEnd, sdp } from '../terminal/telephony/sip/far-end.ts';
import { FAR_PORT } from '../terminal/telephony/sip/memory-link.ts';
import type { Plan } from './plan.ts';
import { repeated } from './repeated.ts';

/** The least interval that is taken after a 422, s. */
const LEAST = 120;
const CHALLENGE = 'Digest realm="jail.example", nonce="n", qop="auth", algorithm=MD5';
const OFFERS = { INVITE: ANSWER, hold: sdp({ direction: 'sendonly' }), UPDATE: ANSWER, INFO: '', OPTIONS: '' };

type Asked = { readonly text: string; readonly method: string; readonly stop: () => void; readonly next: () => void };

/** The far end of one call, in keeping with RFC 3261, 3262, 3311 and 4028: it repeats what is not answered, and gives up after 64 T1. */
export class FarDialog {
  readonly #plan: Plan;
  readonly #say: (text: string) => void;
  readonly #hangUp: () => void;
  readonly #writer: FarEnd;
  /** What the writer wrote last. */
  #written = '';
  #invite: Message | null = null;
  #refused = false;
  readonly #replies = new Map<string, string>();
  readonly #asked = new Map<number, Asked>();
  readonly #timers = new Set<NodeJS.Timeout>();
  #cseq = 10;
  #reliable: (() => void) | null = null;
  #final: { readonly status: number; readonly text: string; stop: () => void } | null = null;
  /** What it knows: whether its final response was acknowledged, whether it was told CANCEL, and by whom the dialog was ended. */
  readonly knows = { acknowledged: false, cancelled: false, ended: null as 'far end' | 'terminal' | null };

  constructor(plan: Plan, say: (text: string) => void, hangUp: () => void) {
    this.#plan = plan;
    this.#say = say;
    this.#hangUp = hangUp;
    this.#writer = new FarEnd({
      protocol: 'UDP',
      port: FAR_PORT,
      send: (data) => {
        this.#written = data.toString();
      },
      close: () => Promise.resolve(),
    });
  }

  /** Its final response; null before it. */
  get status(): number | null {
    return this.#final?.status ?? null;
  }

  /** The same as a text. */
  get final(): string | null {
    return this.#final?.text ?? null;
  }

  /** It has a dialog that nobody has ended. */
  get talks(): boolean {
    return this.status === 200 && this.knows.ended === null;
  }

  hear(message: Message): void {
    if (message.status !== null) this.#answered(message);
    else if (message.method === 'ACK') this.#acknowledged(message);
    else {
      const key = `${message.branch} ${message.method}`;
      const reply = this.#replies.get(key);
      if (reply === undefined) this.#replies.set(key, this.#asks(message) ?? '');
      else if (reply !== '') this.#say(reply);
    }
  }

  /** Lets go of what it still waits for. */
  close(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    for (const { stop } of this.#asked.values()) stop();
    this.#reliable?.();
    this.#final?.stop();
  }

  /** Answers what is new; returns what it says when that comes again. */
  #asks(request: Message): string | undefined {
    switch (request.method) {
      case 'INVITE':
        return request.toTag === null ? this.#invited(request) : this.#accepts(request, ANSWER);
      case 'UPDATE':
        return this.#accepts(request, request.body === '' ? '' : ANSWER);
      case 'PRACK':
        this.#reliable?.();
        this.#reliable = null;
        if (this.#final === null) this.#later(100, () => this.#decide());
        return this.#reply(request, 200);
      case 'CANCEL':
        this.knows.cancelled = true;
        this.#later(10, () => this.#finally(487));
        return this.#reply(request, this.#invite ? 200 : 481);
      case 'BYE':
        this.#end('terminal');
        return this.#reply(request, this.status === null ? 481 : 200);
      default:
        return this.#reply(request, 501);
    }
  }

  #invited(invite: Message): string | undefined {
    const { refused, early } = this.#plan;
    if (refused !== null && !this.#refused) {
      this.#refused = true;
      const asks = refused === 401 ? 'www-authenticate' : 'proxy-authenticate';
      return this.#reply(invite, refused, [refused === 422 ? ['min-se', `${LEAST}`] : [asks, CHALLENGE]]);
    }
    this.#invite = invite;
    for (const what of early) {
      if (what === 'reliable') this.#ringReliably(invite);
      else {
        this.#writer.answer(invite, Number(what), what === '183' ? ANSWER : '');
        this.#say(this.#written);
      }
    }
    if (!this.#reliable) this.#later(100, () => this.#decide());
    // The last is said again where the INVITE comes again (RFC 3261 17.2.1).
    return this.#written;
  }

  #ringReliably(invite: Message): void {
    this.#writer.answer(invite, 183, ANSWER, 'far', [
      ['require', '100rel'],
      ['rseq', '1'],
    ]);
    const text = this.#written;
    this.#reliable = repeated(
      () => this.#say(text),
      () => this.#finally(504),
    );
  }

  #decide(): void {
    if (this.#plan.final === null) this.#later(2_000, () => this.#hangUp());
    else this.#finally(this.#plan.final);
  }

  #finally(status: number): void {
    const invite = this.#invite;
    if (this.#final || !invite) return;
    this.#reliable?.();
    const body = status === 200 && !this.#plan.early.includes('reliable') ? ANSWER : '';
    this.#writer.answer(invite, status, body, 'far', status === 200 ? this.#agreed('uac') : []);
    const text = this.#written;
    const final = { status, text, stop: (): void => undefined };
    this.#final = final;
    final.stop = repeated(
      () => this.#say(text),
      () => status === 200 && this.#bye(),
    );
  }

  #agreed(asker: 'uac' | 'uas'): [string, string][] {
    const { timer } = this.#plan;
    if (timer === null) return [['allow', 'INVITE, ACK, BYE, CANCEL, UPDATE']];
    const ours = asker === 'uac' ? timer : timer === 'uac' ? 'uas' : 'uac';
    return [
      ['allow', 'INVITE, ACK, BYE, CANCEL, UPDATE, PRACK'],
      ['supported', 'timer'],
      ['session-expires', `${this.#refused && this.#plan.refused === 422 ? LEAST : 90};refresher=${ours}`],
    ];
  }

  #acknowledged(ack: Message): void {
    if (ack.cseq !== this.#invite?.cseq || !this.#final || this.knows.acknowledged) return;
    this.#final.stop();
    this.knows.acknowledged = true;
    if (this.status !== 200) return;
    if (this.#plan.timer === 'uas') this.#refresh();
    this.#go([...this.#plan.asks]);
  }

  /** What it asks, one after the other; then the end. */
  #go([what, ...rest]: Plan['asks'][number][]): void {
    if (!this.talks) return;
    if (what === undefined) {
      this.#later(this.#plan.talk, () => (this.#plan.end === 'terminal' ? this.#hangUp() : this.#bye()));
      return;
    }
    const type: [string, string][] = what === 'INFO' ? [['content-type', 'application/dtmf']] : [];
    const body = what === 'INFO' ? '5' : OFFERS[what];
    this.#ask(what === 'hold' ? 'INVITE' : what, body, type, () => this.#later(200, () => this.#go(rest)));
  }

  #refresh(): void {
    this.#later(45_000, () => {
      if (!this.talks) return;
      this.#ask('UPDATE', '', this.#agreed('uas'), () => this.#refresh());
    });
  }

  #bye(): void {
    if (!this.talks) return;
    this.#ask('BYE', '', [], () => undefined);
    this.#end('far end');
  }

  #end(by: 'far end' | 'terminal'): void {
    this.knows.ended ??= by;
    this.#final?.stop();
    for (const timer of this.#timers) clearTimeout(timer);
  }

  /** Asks, and goes on when it is answered; who does not answer at all is told BYE (RFC 3261 12.2.1.2). */
  #ask(method: string, body: string, headers: [string, string][], next: () => void): void {
    if (!this.#invite) return;
    const cseq = this.#cseq++;
    const text = this.#writer.request(this.#invite, method, cseq, body, headers);
    const stop = repeated(
      () => this.#say(text),
      () => method !== 'BYE' && this.#bye(),
    );
    this.#asked.set(cseq, { text, method, stop, next });
  }

  #answered(response: Message): void {
    const asked = this.#asked.get(response.cseq);
    const status = response.status ?? 0;
    if (!asked || status < 200) return;
    asked.stop();
    if (asked.method === 'INVITE') this.#say(ackOf(asked.text, status));
    if (this.#replies.has(`${response.cseq}`)) return;
    this.#replies.set(`${response.cseq}`, '');
    if (status === 481 || status === 408) this.#bye();
    else asked.next();
  }

  #accepts(request: Message, body: string): string {
    const timer = header(request, 'session-expires') === undefined ? [] : this.#agreed('uac');
    this.#writer.answer(request, this.talks ? 200 : 481, this.talks ? body : '', 'far', timer);
    this.#say(this.#written);
    return this.#written;
  }

  #reply(request: Message, status: number, headers: [string, string][] = []): string {
    const text = writeReply(request, { status, reason: 'As Planned', toTag: 'far', headers });
    this.#say(text);
    return text;
  }

  #later(ms: number, work: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      work();
    }, ms);
    this.#timers.add(timer);
  }
}

/** The ACK of a response to a re-INVITE: of a refusal it has the same branch. */
function ackOf(invite: string, status: number): string {
  const [head = ''] = invite.split('\r\n\r\n');
  const lines = head
    .split('\r\n')
    .filter((line) => !/^Content-/i.test(line))
    .map((line) =>
      line
        .replace(/^INVITE /, 'ACK ')
        .replace(/^(CSeq: \d+) INVITE/, '$1 ACK')
        .replace(/(branch=z9hG4bK[^;]*)/, status < 300 ? '$1.ack' : '$1'),
    );
  return `${lines.join('\r\n')}\r\nContent-Length: 0\r\n\r\n`;
}
