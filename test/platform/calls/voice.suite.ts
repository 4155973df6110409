import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { NOTICE_VERSION, noticeText } from '../../../src/protocol/notice.ts';
import { sealVoice } from '../../../src/protocol/sealing.ts';
import type { CallId } from '../../../src/protocol/units.ts';
import { Voice, type VoiceFeatures } from '../../../src/protocol/voice.ts';
import type { VoiceReply, VoiceRequest } from '../../../src/protocol/voice-check.ts';
import { Person } from '../callers/voiceprints/made-up.ts';
import { asker, newCall, type Setup, type SiteFile, siteFile } from '../world.ts';

type Rules = NonNullable<SiteFile['facility']['voice']>;
const RULES: Rules = { enrol: 'invited', refused: 'refuse', unjudged: 'staff' };
const PIN = '12345937';
const YES = { kind: 'consent', agreed: true, notice: NOTICE_VERSION, language: 'en' } as const;
const NO = { ...YES, agreed: false };
const SILENT = { kind: 'silent' } as const;
const DIED = { kind: 'unjudged', reason: 'died' } as const;
const say = (again: string | null = null) => ({ result: 'say', say: expect.stringMatching(/^\d{5}$/), again });

export function voiceSuite(setup: () => Setup): void {
  const site = async (rules: Partial<Rules> = {}, change: (site: SiteFile) => void = () => undefined) => {
    const facility = `f-${randomUUID()}`;
    const file = siteFile(facility, (written) => {
      written.facility.voice = { ...RULES, ...rules };
      change(written);
    });
    await setup().world.import(file);
    return { facility, file };
  };

  /** A lift in which his PIN was keyed; `tell` numbers what is told. */
  const lift = async (facility: string, terminal = 't1') => {
    const { world } = setup();
    const who = asker(facility, terminal);
    const call: CallId = newCall();
    const known = await world.identify(who, call, PIN);
    let request = 0;
    return {
      ...{ who, call, known },
      tell: (told: VoiceRequest['told'] | VoiceFeatures) => world.voice(who, call, ++request, told),
      again: (told: VoiceRequest['told'] | VoiceFeatures) => world.voice(who, call, request, told),
      dial: (dialled?: string) => world.authorise(who, call, dialled),
      windows: async (answers: readonly VoiceFeatures[], first: readonly VoiceFeatures[] = []) => {
        const voices = new Voice({ answers: [...answers], first: [...first] });
        const sealed = await sealVoice(voices, world.keys.known.sealing, { call, terminal: who.terminal });
        return world.voice(who, call, ++request, { kind: 'windows', sealed });
      },
    };
  };

  const enrol = async (facility: string, person: Person) => {
    const { tell } = await lift(facility);
    const replies: VoiceReply[] = [];
    for (const told of [YES, person.says(), person.says(), person.says()]) replies.push(await tell(told));
    expect(replies.at(-1)).toEqual({ type: 'voice', result: 'enrolled' });
    return replies;
  };

  it('is heard for the first time where its owner agrees, and known from then on', async () => {
    const { facility } = await site();
    const { known, tell, dial } = await lift(facility);
    expect(known).toEqual({
      ...{ type: 'identify', result: 'known', caller: 'doe', language: 'en' },
      voice: { do: 'enrol', needed: false, keepsSound: false },
    });
    const he = new Person();
    const asked = [await tell(YES), await tell(he.says()), await tell(he.says())];
    expect(asked).toEqual(asked.map(() => expect.objectContaining(say())));
    const digits = asked.map((reply) => (reply.result === 'say' ? reply.say : ''));
    expect(new Set(digits.join('')).size).toBe(10);
    expect(await tell(he.says())).toEqual({ type: 'voice', result: 'enrolled' });
    expect(await dial()).toMatchObject({ result: 'granted' });

    const next = await lift(facility, 't2');
    expect(next.known).toMatchObject({ voice: { do: 'verify', say: expect.stringMatching(/^\d{5}$/) } });
    expect(await next.tell(he.says())).toEqual({ type: 'voice', result: 'accepted' });
  });

  it('that is due stands in the way of every call until it is known', async () => {
    const { world } = setup();
    const { facility } = await site();
    const he = new Person();
    await enrol(facility, he);
    const skips = await lift(facility);
    expect(await skips.dial()).toEqual({ type: 'authorise', result: 'refused', reason: 'voice-refused' });
    const fails = await lift(facility);
    expect(await fails.tell(new Person().says())).toMatchObject({ result: 'refused', reason: 'voice-refused' });
    expect(await fails.dial()).toMatchObject({ reason: 'voice-refused' });
    // It is over: what he says now is not asked for.
    await expect(fails.tell(he.says())).rejects.toThrow('nothing is asked of a voice in this call');
    const own = await lift(facility);
    expect(await own.tell(he.says())).toMatchObject({ result: 'accepted' });
    expect(await own.dial()).toMatchObject({ result: 'granted' });
    expect(world.control.counters.all()).toMatchObject({ 'voice-accepted': expect.any(Number) });
  });

  it.each([
    ['refuse', { result: 'refused', reason: 'voice-refused' }, { reason: 'voice-refused' }],
    ['staff', { result: 'refused', reason: 'voice-staff' }, { reason: 'voice-staff' }],
    ['flag', { result: 'flagged' }, { result: 'granted' }],
  ] as const)("that is another's leads to what the facility says: %s", async (refused, reply, dialled) => {
    const { facility } = await site({ refused, unjudged: 'refuse' });
    await enrol(facility, new Person());
    const { tell, dial } = await lift(facility);
    expect(await tell(new Person().says())).toMatchObject(reply);
    expect(await dial()).toMatchObject(dialled);
  });

  it.each([
    ['refuse', { result: 'refused', reason: 'voice-refused' }, { reason: 'voice-refused' }],
    ['staff', { result: 'refused', reason: 'voice-staff' }, { reason: 'voice-staff' }],
    ['flag', { result: 'flagged' }, { result: 'granted' }],
  ] as const)('that cannot be judged leads to what the facility says: %s', async (unjudged, reply, dialled) => {
    const { facility } = await site({ refused: 'refuse', unjudged });
    await enrol(facility, new Person());
    const { tell, dial } = await lift(facility);
    expect(await tell(DIED)).toMatchObject(reply);
    expect(await dial()).toMatchObject(dialled);
    expect(setup().world.alarms).toContainEqual(
      expect.objectContaining({
        kind: 'voice-unjudged',
        where: { facility, terminal: 't1', caller: 'doe', why: 'died' },
      }),
    );
  });

  it('is asked for again where there was nothing to judge, which is not counted against it', async () => {
    const { facility } = await site();
    const he = new Person();
    await enrol(facility, he);
    const { tell, known } = await lift(facility);
    const first = await tell(SILENT);
    expect(first).toMatchObject(say('silent'));
    expect(first).not.toMatchObject({
      say: known.result === 'known' && known.voice?.do === 'verify' && known.voice.say,
    });
    expect(await tell(he.says({ snr: 0 }))).toMatchObject(say('too-noisy'));
    expect(await tell(he.says())).toMatchObject({ result: 'accepted' });
    const silent = await lift(facility);
    for (const _ of [1, 2])
      expect(await silent.tell(he.says({ netSeconds: 0.1 }))).toMatchObject(say('too-little-speech'));
    expect(await silent.tell(SILENT)).toMatchObject({ result: 'refused', reason: 'voice-staff' });
  });

  it('that leaves it open is heard once more, with other digits', async () => {
    const { facility } = await site({ falseAccepts: 1e-4 });
    const he = new Person();
    await enrol(facility, he);
    const unsure = async () => {
      for (let like = 0.1; like < 0.7; like += 0.01) {
        const attempt = await lift(facility);
        const reply = await attempt.tell(he.says({}, new Person(), like));
        if (reply.result === 'say') return { ...attempt, reply };
      }
      throw new Error('nothing was unsure');
    };
    const one = await unsure();
    expect(one.reply).toMatchObject(say('unsure'));
    expect(await one.tell(he.says())).toMatchObject({ result: 'accepted' });
    const other = await unsure();
    expect(await other.tell(new Person().says())).toMatchObject({ result: 'refused' });
  });

  it('of which its owner says no is not asked for at each call, but where there are no calls without', async () => {
    const { world } = setup();
    const { facility, file } = await site();
    const declines = await lift(facility);
    expect(await declines.tell(NO)).toEqual({ type: 'voice', result: 'not-enrolled' });
    expect(await declines.dial()).toMatchObject({ result: 'granted' });
    expect((await lift(facility)).known).not.toHaveProperty('voice');
    const consents = await setup()
      .database.db.selectFrom('voice_consents')
      .select(['caller', 'agreed', 'notice', 'language', 'text', 'at'])
      .where('facility', '=', facility as never)
      .execute();
    expect(consents).toEqual([
      {
        ...{ caller: 'doe', agreed: false, notice: NOTICE_VERSION, language: 'en', at: world.clock.now },
        text: noticeText('en', { needed: false, keepsSound: false }),
      },
    ]);
    Object.assign(file.facility, { voice: { ...RULES, enrol: 'needed' } });
    await world.import(file);
    const needed = await lift(facility);
    expect(needed.known).toMatchObject({ voice: { do: 'enrol', needed: true } });
    expect(await needed.dial()).toMatchObject({ reason: 'voice-needed' });
    expect(await needed.tell(NO)).toMatchObject({ result: 'refused', reason: 'voice-needed' });
  });

  it('of whom it has no need is not asked for: waived in the site file, or no such block', async () => {
    const { world } = setup();
    const { facility, file } = await site({ enrol: 'needed' }, (s) =>
      Object.assign(s.callers?.[0] ?? {}, { voice: { waived: 'speech' } }),
    );
    const waived = await lift(facility);
    expect(waived.known).not.toHaveProperty('voice');
    expect(await waived.dial()).toMatchObject({ result: 'granted' });
    expect(await world.import(file)).toBe(0);
    Object.assign(file.callers?.[0] ?? {}, { voice: undefined });
    await world.import(file);
    expect((await lift(facility)).known).toMatchObject({ voice: { do: 'enrol' } });
    Object.assign(file.facility, { voice: undefined });
    await world.import(file);
    const free = await lift(facility);
    expect(free.known).not.toHaveProperty('voice');
    await expect(free.tell(YES)).rejects.toThrow('nothing is asked of a voice in this call');
  });

  it('of an enrolment is said again where it is not fit or not of one person, three times at most', async () => {
    const { facility } = await site({ enrol: 'needed' });
    const [he, other] = [new Person(), new Person()];
    const { tell } = await lift(facility);
    const first = await tell(YES);
    const again = await tell(he.says({ snr: 5 }));
    expect(again).toMatchObject(say('too-noisy'));
    const sorted = (reply: VoiceReply) => (reply.result === 'say' ? [...reply.say].sort().join('') : null);
    expect(sorted(again)).toBe(sorted(first));
    expect(await tell(he.says())).toMatchObject(say());
    expect(await tell(he.says())).toMatchObject(say());
    let reply = await tell(other.says());
    expect(reply).toMatchObject(say('other-voice'));
    // Whoever of them was found odd says his digits again.
    for (let n = 0; n < 4 && reply.result === 'say'; n++) reply = await tell(he.says());
    expect(reply).toMatchObject({ result: 'enrolled' });

    const next = await site({ enrol: 'needed' });
    const silent = await lift(next.facility);
    await silent.tell(YES);
    for (const _ of [1, 2]) expect(await silent.tell(SILENT)).toMatchObject(say('silent'));
    expect(await silent.tell(SILENT)).toMatchObject({ result: 'refused', reason: 'voice-staff' });
    expect(await silent.dial()).toMatchObject({ reason: 'voice-staff' });
  });

  it('told twice is told once: the same answer, byte for byte, also where it comes twice at once', async () => {
    const { facility } = await site();
    const he = new Person();
    const { tell, again } = await lift(facility);
    const first = await tell(YES);
    expect(await again(YES)).toEqual(first);
    const answer = he.says();
    const twice = await Promise.all([tell(answer), again(answer)]);
    expect(twice[0]).toEqual(twice[1]);
    await tell(he.says());
    expect(await tell(he.says())).toMatchObject({ result: 'enrolled' });
    expect(await again(SILENT)).toMatchObject({ result: 'enrolled' });
  });

  const WATCH = { watch: { act: 'end', proof: 0.0001 } } as const;
  const said = (person: Person, count: number) => Array.from({ length: count }, () => person.says());

  it('is compared in a call with the print it was known by, and acted upon where that is proven', async () => {
    const { world } = setup();
    const { facility } = await site(WATCH);
    const he = new Person();
    await enrol(facility, he);
    const { tell, dial, windows, who, call } = await lift(facility);
    await tell(he.says());
    await expect(windows(said(he, 2))).rejects.toThrow('no voice is compared in this call');
    expect(await dial()).toMatchObject({ grant: { watched: true } });
    expect(await world.extend(who, call, 1, 1_000)).toMatchObject({ grant: { watched: true } });
    const same = await windows(said(he, 2));
    expect(same).toMatchObject({ result: 'heard', voice: 'same', against: 'enrolment', act: 'none' });
    expect(await windows(said(new Person(), 2))).toMatchObject({ voice: 'other', act: 'end' });
    expect(await windows([he.says({ netSeconds: 0.1 })])).toMatchObject({ voice: 'unsure', ratio: 0, act: 'none' });
    await world.end(who, call, 2, 2_000);
    await expect(windows(said(he, 2))).rejects.toThrow('no voice is compared in this call');
  });

  it('that was not known is compared with how the call began', async () => {
    const { facility } = await site({ refused: 'flag', ...WATCH });
    await enrol(facility, new Person());
    const he = new Person();
    const { tell, dial, windows } = await lift(facility);
    expect(await tell(he.says())).toMatchObject({ result: 'flagged' });
    expect(await dial()).toMatchObject({ grant: { watched: true } });
    await expect(windows(said(he, 2))).rejects.toThrow('the windows that the call began with are wanted');
    const first = said(he, 3);
    expect(await windows(said(he, 2), first)).toMatchObject({ voice: 'same', against: 'start-of-call' });
    expect(await windows(said(new Person(), 2), first)).toMatchObject({ voice: 'other', act: 'end' });
  });

  it('is not acted upon below the proof that the facility wants, nor where it wants nothing done', async () => {
    const { world } = setup();
    const { facility, file } = await site({ watch: { act: 'announce', proof: 0.001 } });
    const he = new Person();
    await enrol(facility, he);
    const { tell, dial, windows } = await lift(facility);
    await tell(he.says());
    await dial();
    const doubtful = async () => {
      for (let like = 0.2; like < 1; like += 0.005) {
        const answers = [he.says({}, other, like)];
        const reply = await windows(answers);
        if (reply.result === 'heard' && reply.voice === 'other' && reply.act === 'none') return { reply, answers };
      }
      throw new Error('nothing was in between');
    };
    const other = new Person();
    const { reply } = await doubtful();
    expect(reply.result === 'heard' && reply.ratio).toBeGreaterThan(Math.log(0.001 / 0.999));
    expect(await windows(said(other, 2))).toMatchObject({ act: 'announce' });
    Object.assign(file.facility, { voice: { ...RULES, watch: { act: 'none' } } });
    await world.import(file);
    expect(await windows(said(other, 2))).toMatchObject({ voice: 'other', act: 'none' });
  });

  it('of a privileged call, or of one who has no print, is never compared', async () => {
    const { facility } = await site(WATCH, (s) => {
      s.allows = [{ pattern: '+12025550199', privileged: true, free: true }];
    });
    const he = new Person();
    const none = await lift(facility);
    await none.tell(NO);
    expect(await none.dial()).toMatchObject({
      result: 'granted',
      grant: expect.not.objectContaining({ watched: true }),
    });
    await expect(none.windows(said(he, 2), said(he, 2))).rejects.toThrow('no voice is compared in this call');
    await setup().world.end(none.who, none.call, 9, 0);
    const other = await site(WATCH, (s) => {
      s.allows = [{ pattern: '+12025550199', privileged: true, free: true }];
    });
    await enrol(other.facility, he);
    const lawyer = await lift(other.facility);
    await lawyer.tell(he.says());
    const granted = await lawyer.dial('2025550199');
    expect(granted).toMatchObject({ grant: { privileged: true } });
    expect(granted).not.toHaveProperty('grant.watched');
    await expect(lawyer.windows(said(he, 2))).rejects.toThrow('no voice is compared in this call');
  });
}
