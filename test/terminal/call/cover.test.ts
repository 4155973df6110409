import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Hotline } from '../../../src/protocol/messages.ts';
import { type CallerId, millis, type PhoneNumber } from '../../../src/protocol/units.ts';
import type { CoreEvent } from '../../../src/terminal/call/event.ts';
import { CRISIS, locked, MINUTE, NOON, OPEN, Phone, QUALITY, settings } from './driver.ts';
import { WatchedPhone } from './watched-phone.ts';

const TIP: Hotline = { ...CRISIS, code: '*88' };
/** One that staff may see. */
const LEGAL: Hotline = { ...CRISIS, code: '*55', number: '+18005550155' as PhoneNumber, hidden: false };
const OTHERS = [[], [LEGAL], [LEGAL, { ...LEGAL, code: '*21' }]];
const RULES = { pinLength: 8 };

/** Something that happens so long after the handset was lifted, ms. */
interface Happens {
  readonly at: number;
  readonly event: CoreEvent | 'key';
}

const ofLine = (call: never): fc.Arbitrary<CoreEvent> =>
  fc.constantFrom<CoreEvent>(
    { type: 'ringing', call },
    { type: 'answered', call },
    { type: 'answered', call },
    { type: 'far-ended', call },
    { type: 'dial-failed', call, failure: 'busy', sip: 486 },
    { type: 'dial-failed', call, failure: 'network', sip: null },
    { type: 'media-lost', call, silence: millis(30_000) },
    { type: 'redirected', call, how: 'history', to: '5550123' },
    { type: 'quality', call, quality: QUALITY },
    { type: 'hold', call, held: true },
    { type: 'far-digit', call, digit: '1' },
  );

const orders = fc.constantFrom<CoreEvent>(
  { type: 'lockdown', lockdown: locked('drain') },
  { type: 'lockdown', lockdown: locked('drop') },
  { type: 'lockdown', lockdown: OPEN },
  { type: 'fault', fault: 'keypad', state: 'raised' },
  { type: 'fault', fault: 'storage', state: 'raised' },
  { type: 'fault', fault: 'tamper', state: 'raised' },
  { type: 'cut-off' },
  { type: 'registration', registration: 'unregistered' },
);

const sometime = fc.oneof(fc.integer({ min: 0, max: 20_000 }), fc.integer({ min: 0, max: 12 * MINUTE }));
const CALL = '00000000-0000-4000-8000-000000000001' as never;

/** A lift: where the code is keyed and how, what the line and the caller do after, what befalls the phone, when the handset goes down. */
const story = fc.record({
  phase: fc.constantFrom('language', 'pin', 'number'),
  others: fc.constantFrom(...OTHERS),
  languages: fc.constantFrom(['en'], ['en', 'es']),
  /** Before the star, to be cleared by it. */
  slips: fc.constantFrom('', '', '1', '93'),
  gap: fc.integer({ min: 50, max: 3_000 }),
  /** The code is ended by a pound, or by waiting, where it must be. */
  pound: fc.boolean(),
  after: fc.array(fc.record({ at: sometime, event: fc.oneof(ofLine(CALL), fc.constant('key' as const)) }), {
    maxLength: 12,
  }),
  befalls: fc.array(fc.record({ at: sometime, event: orders }), { maxLength: 3 }),
  down: sometime,
});
type Story = typeof story extends fc.Arbitrary<infer S> ? S : never;

/** Brings a lift to where the code is keyed. */
function begin(phone: WatchedPhone, { phase }: Story): void {
  phone.lift();
  phone.until(NOON + 3_000);
  if (phase === 'language') return;
  if (phone.state.call.phase === 'language') phone.key('1');
  if (phase === 'pin') return;
  for (const key of '12345678') phone.key(key);
  const known = { type: 'identify', result: 'known', caller: 'c7' as CallerId, language: null } as const;
  phone.do({ type: 'reply', call: phone.call, request: 0, reply: known });
}

/** Plays the story on a phone that has the tip line, or none; what staff read of it. */
function play(story: Story, tips: readonly Hotline[]): { phone: WatchedPhone; dialled: boolean; read: string[] } {
  const phone = new WatchedPhone(settings({ ...RULES, languages: story.languages }, [...tips, ...story.others]));
  begin(phone, story);
  const keyed = story.phase === 'language' ? '' : story.slips;
  for (const key of `${keyed}*88`) {
    phone.until(phone.at + story.gap);
    phone.key(key);
  }
  // What ends a code that does not end by itself is, without the line, a star that begins anew: nobody sees which key it was.
  if (keyed !== '' && story.phase === 'pin') {
    phone.until(phone.at + (story.pound ? 500 : 4_000));
    if (tips.length === 0) phone.key('*');
    else if (story.pound) phone.key('#');
  }
  if (keyed !== '' && story.phase === 'number') {
    if (story.pound) phone.key('#');
    else phone.until(phone.at + 4_000);
  }
  const from = phone.at;
  const dialled = phone.state.cover !== null;
  const after: readonly Happens[] = tips.length === 0 ? [] : story.after;
  for (const { at, event } of [...after, ...story.befalls].sort((a, b) => a.at - b.at)) {
    if (at > story.down) break;
    phone.until(from + at);
    if (event === 'key') phone.key('5');
    else phone.do(event);
  }
  phone.until(from + story.down);
  phone.do({ type: 'on-hook' });
  // And the phone is as it was for the next.
  phone.until(phone.at + MINUTE);
  phone.lift();
  phone.until(phone.at + MINUTE);
  phone.do({ type: 'on-hook' });
  return { phone, dialled, read: phone.read };
}

describe('a tip line', () => {
  it('leaves in log, status and records, line for line and to the millisecond, what those keys leave on a phone without it', () => {
    let dialled = 0;
    let talked = 0;
    fc.assert(
      fc.property(story, (story) => {
        const tip = play(story, [TIP]);
        const without = play(story, []);
        dialled += Number(tip.dialled);
        talked += Number(story.after.some(({ event }) => event !== 'key' && event.type === 'answered'));
        expect(tip.read).toEqual(without.read);
      }),
      { numRuns: Number(process.env.TIERPHONE_COVERS ?? 1_500) },
    );
    expect(dialled).toBeGreaterThan(900);
    expect(talked).toBeGreaterThan(300);
  });

  it('is told as the lift of a caller who keyed nothing more, and is in the record what it was', () => {
    const phone = new WatchedPhone(settings(RULES, [TIP]));
    phone.lift();
    for (const key of '1*88') phone.key(key);
    phone.until(NOON + 1_000);
    phone.do({ type: 'answered', call: phone.call });
    phone.until(NOON + 3 * MINUTE);
    expect(phone.state.call.phase).toBe('talking');
    phone.do({ type: 'on-hook' });
    const told = phone.read.map((line) =>
      line.replace(/^(\d+) (?:log info|status) .*"phase":"(\w+)".*?( [a-z -]+)?$/, '$1 $2$3'),
    );
    expect(told.filter((line) => !/ log debug | record /.test(line))).toEqual([
      '0 idle',
      '0 language off-hook',
      '0 language',
      '0 pin',
      '10000 pin timer stall',
      '20700 ended timer stall',
      '20700 ended',
      '22100 ended said',
      '180000 idle on-hook',
      '180000 idle',
    ]);
  });

  it('ends by a lockdown that drops, by a fault and by the handset, whatever its cover is at', () => {
    for (const [at, event] of [
      [5_000, { type: 'lockdown', lockdown: locked('drop') }],
      [2 * MINUTE, { type: 'lockdown', lockdown: locked('drop') }],
      [2 * MINUTE, { type: 'fault', fault: 'keypad', state: 'raised' }],
      [2 * MINUTE, { type: 'on-hook' }],
    ] as const) {
      const phone = new Phone(settings(RULES, [TIP])).to('language');
      phone.keys('*88');
      phone.far('answered');
      phone.wait(at);
      expect(phone.phase).toBe('talking');
      const done = phone.do(event);
      expect(done.slice(0, 2)).toEqual(['bridge off', 'hang-up']);
      phone.hangUp();
      expect(phone.state.cover).toBeNull();
      expect(phone.timers).toEqual([]);
      const records = phone.actions.filter((a) => a.type === 'journal' && a.entry.type === 'record');
      expect(records).toHaveLength(1);
      expect(phone.record).toMatchObject({ kind: 'hotline', hidden: true, talked: at, number: TIP.number });
    }
  });
});

it('a tip line keyed while the PIN is looked up is covered by a lift that goes on, not by one that waits for the platform', () => {
  const phone = new Phone(settings(RULES, [TIP])).to('identifying');
  phone.keys('*88#');
  phone.known();
  expect(phone.phase).toBe('dialling');
  expect(phone.state.cover?.phase).not.toBe('identifying');
  phone.wait(10 * MINUTE);
  expect(phone.state.cover?.phase).toBe('ended');
});
