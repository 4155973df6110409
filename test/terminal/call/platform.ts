import type { Ask, Reply, Telling } from '../../../src/protocol/ask.ts';
import { type CallRecord, type Charge, type Grant, REFUSALS } from '../../../src/protocol/call.ts';
import type { AuthoriseReply, ExtendReply, IdentifyReply } from '../../../src/protocol/messages.ts';
import { SpokenName } from '../../../src/protocol/spoken-name.ts';
import type { CallerId, CallId, Instant, Millis, Money, PhoneNumber } from '../../../src/protocol/units.ts';
import { Again, Digits, type VoiceReply } from '../../../src/protocol/voice-check.ts';
import type { Random } from './random.ts';
import { must } from './violation.ts';

export const PIN = '8097531246';
/** How a caller says his name, where a test looks for it. */
export const SPOKEN = 'TmFtZXNwb2tlbg==';
export const NUMBER = '2125550123';

/** A call as the platform keeps it. */
interface Session {
  grant: Grant;
  used: number;
  open: boolean;
}

const rateOf = (charge: Charge): number => (charge.kind === 'free' ? 0 : charge.rate);
/** What so much talk costs, and what is held for it. */
const cost = ({ charge }: Grant, span: number): number => Math.floor((rateOf(charge) * span) / 60_000);

/** A platform with one paying account, which keeps law 6 as long as the terminal keeps its part. */
export class Platform {
  readonly #random: Random;
  readonly #sessions = new Map<CallId, Session>();
  balance = 5_000_000;
  readonly #requests = new Map<CallId, number>();

  constructor(random: Random) {
    this.#random = random;
  }

  get held(): number {
    const open = [...this.#sessions.values()].filter((s) => s.open);
    return open.reduce((sum, { grant }) => sum + cost(grant, grant.quota), 0);
  }

  ask(call: CallId, request: number, ask: Ask, now: Instant): Reply {
    must(request > (this.#requests.get(call) ?? -1), 'request numbers', `${request} of ${ask.type} was used before`);
    this.#requests.set(call, request);
    switch (ask.type) {
      case 'identify':
        return this.#identify(ask.pin.reveal());
      case 'authorise':
        return this.#authorise(call, now);
      case 'extend':
        return this.#extend(call, ask.used);
      case 'end':
        this.#close(call, ask.used);
        return { type: 'end', result: 'ended', charge: null };
      case 'voice':
        return this.#voice(ask.telling);
      case 'name':
        return { type: 'name', result: 'name', name: this.#random.one(4) ? null : new SpokenName(SPOKEN) };
    }
  }

  /** The record is delivered in the end, whatever was lost before: it settles what still is open. */
  record({ call, talked }: CallRecord): void {
    const session = this.#sessions.get(call);
    if (!session) return;
    if (session.open) this.#close(call, talked);
    else must(session.used === talked, 'law 6', `ended with ${session.used} used, recorded with ${talked}`);
  }

  #identify(pin: string): IdentifyReply {
    if (pin !== PIN) return { type: 'identify', result: 'wrong' };
    const chance = this.#random.below(24);
    if (chance === 0) return { type: 'identify', result: 'locked', retryAfter: 60_000 as Millis };
    if (chance === 1) return { type: 'identify', result: 'refused', reason: 'caller-suspended' };
    const language = this.#random.pick(['en', 'es', null] as const);
    const known = { type: 'identify', result: 'known', caller: 'c7' as CallerId, language } as const;
    if (!this.#random.one(3)) return known;
    const needed = this.#random.one(2);
    if (this.#random.one(2)) return { ...known, voice: { do: 'enrol', needed } };
    return { ...known, voice: { do: 'verify', say: this.#digits() } };
  }

  /** Whatever a platform may say, in no order that the phone could count on. */
  #voice(telling: Telling): VoiceReply {
    const random = this.#random;
    if (telling.kind === 'windows')
      return {
        type: 'voice',
        result: 'heard',
        voice: random.pick(['same', 'other', 'other', 'unsure'] as const),
        ratio: random.below(20) - 10,
        against: random.pick(['enrolment', 'start-of-call'] as const),
        act: random.pick(['none', 'announce', 'end'] as const),
      };
    if (telling.kind === 'consent' && !telling.agreed && !random.one(3))
      return { type: 'voice', result: 'not-enrolled' };
    const again = random.pick([null, ...Again.options]);
    if (random.one(8)) return { type: 'voice', result: 'name', again };
    if (!random.one(3)) return { type: 'voice', result: 'say', say: this.#digits(), again };
    if (random.one(4))
      return {
        type: 'voice',
        result: 'refused',
        reason: random.pick(['voice-refused', 'voice-staff', 'voice-needed'] as const),
      };
    return { type: 'voice', result: random.pick(['accepted', 'flagged', 'enrolled', 'not-enrolled'] as const) };
  }

  #digits = () => Digits.parse(String(this.#random.below(100_000)).padStart(5, '0'));

  #authorise(call: CallId, now: Instant): AuthoriseReply {
    const random = this.#random;
    const no = random.one(12) || this.#sessions.has(call);
    if (no) return { type: 'authorise', result: 'refused', reason: random.pick(REFUSALS) };
    const rate = random.pick([60_000, 250_000, 900_000]) as Money;
    const charge: Charge = random.one(6)
      ? { kind: 'free' }
      : { kind: random.pick(['prepaid', 'debit'] as const), rate, balance: this.balance as Money };
    const grant: Grant = {
      number: `+1${NUMBER}` as PhoneNumber,
      ...this.#quota(charge, 0, 0),
      expected: 900_000 as Millis,
      validity: random.pick([0, 20_000, 60_000, 300_000]) as Millis,
      until: random.one(6) ? ((now + random.below(400_000) - 1_000) as Instant) : null,
      charge,
      privileged: random.one(4),
      recorded: !random.one(4),
      digits: random.pick(['pass', 'block'] as const),
      ...(!random.one(3) && { watched: true }),
      ...(random.one(3) && { named: true }),
    };
    this.#sessions.set(call, { grant, used: 0, open: true });
    return { type: 'authorise', result: 'granted', grant };
  }

  #extend(call: CallId, used: number): ExtendReply {
    const session = this.#sessions.get(call);
    if (!session?.open || this.#random.one(6)) {
      return { type: 'extend', result: 'refused', reason: this.#random.pick(REFUSALS) };
    }
    const { grant } = session;
    must(
      used >= session.used && used <= grant.quota,
      'law 2',
      `${used} used of ${grant.quota}, ${session.used} before`,
    );
    const more = this.#quota(grant.charge, grant.quota, cost(grant, grant.quota));
    session.used = used;
    session.grant = { ...grant, quota: Math.max(more.quota, grant.quota) as Millis };
    return { type: 'extend', result: 'granted', grant: { ...grant, ...more } };
  }

  /** More talk, as far as the money reaches; now and then, by a fault of the platform, less than before. */
  #quota(charge: Charge, quota: number, held: number): Pick<Grant, 'quota' | 'final'> {
    const wanted = this.#random.one(20) ? quota / 2 : quota + this.#random.pick([5_000, 30_000, 120_000, 600_000]);
    const free = this.balance - this.held + held;
    const bought = charge.kind === 'free' ? Infinity : Math.floor((free * 60_000) / charge.rate);
    if (bought <= wanted) return { quota: bought as Millis, final: 'balance' };
    return { quota: Math.floor(wanted) as Millis, final: this.#random.one(3) ? 'caller-limit' : null };
  }

  #close(call: CallId, used: number): void {
    const session = this.#sessions.get(call);
    if (!session?.open) return;
    must(used <= session.grant.quota, 'law 2', `${used} used of ${session.grant.quota}`);
    session.open = false;
    session.used = used;
    this.balance -= cost(session.grant, used);
    must(this.balance >= 0, 'law 6', `a balance of ${this.balance}`);
  }
}
