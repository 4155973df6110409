import { expect, it } from 'vitest';
import { NOTICE_VERSION, noticeText } from '../../../src/protocol/notice.ts';
import type { VoiceReply } from '../../../src/protocol/voice-check.ts';
import { liftsOn, NO, RULES, YES } from '../callers/voiceprints/lifts.ts';
import { Person } from '../callers/voiceprints/made-up.ts';
import type { Setup } from '../world.ts';

const SILENT = { kind: 'silent' } as const;
const DIED = { kind: 'unjudged', reason: 'died' } as const;
const say = (again: string | null = null) => ({ result: 'say', say: expect.stringMatching(/^\d{5}$/), again });

export function voiceSuite(setup: () => Setup): void {
  const { site, lift, enrol } = liftsOn(setup);

  it('is heard for the first time where its owner agrees, and known from then on', async () => {
    const { facility } = await site();
    const { known, tell, dial } = await lift(facility);
    expect(known).toEqual({
      ...{ type: 'identify', result: 'known', caller: 'doe', language: 'en' },
      voice: { do: 'enrol', needed: false },
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
    expect(await fails.tell(he.stranger.says())).toMatchObject({ result: 'refused', reason: 'voice-refused' });
    expect(await fails.dial()).toMatchObject({ reason: 'voice-refused' });
    for (let n = 0; n < 2; n++) await (await lift(facility, 't2')).tell(he.stranger.says());
    expect(world.alarms.filter(({ kind }) => kind === 'voice-refused')).toEqual([
      {
        kind: 'voice-refused',
        where: { facility, terminal: 't2', caller: 'doe', refused: 3 },
        what: expect.any(String),
      },
    ]);
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
    const he = new Person();
    await enrol(facility, he);
    const { tell, dial } = await lift(facility);
    expect(await tell(he.stranger.says())).toMatchObject(reply);
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
        const reply = await attempt.tell(he.says({}, he.stranger, like));
        if (reply.result === 'say') return { ...attempt, reply };
      }
      throw new Error('nothing was unsure');
    };
    const one = await unsure();
    expect(one.reply).toMatchObject(say('unsure'));
    expect(await one.tell(he.says())).toMatchObject({ result: 'accepted' });
    const other = await unsure();
    expect(await other.tell(he.stranger.says())).toMatchObject({ result: 'refused' });
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
        text: noticeText('en', { needed: false }),
      },
    ]);
    Object.assign(file.facility, { voice: { ...RULES, enrol: 'needed' } });
    await world.import(file);
    const needed = await lift(facility);
    expect(needed.known).toMatchObject({ voice: { do: 'enrol', needed: true } });
    expect(await needed.dial()).toMatchObject({ reason: 'voice-needed' });
    expect(await needed.tell(NO)).toMatchObject({ result: 'refused', reason: 'voice-needed' });
  });

  it('is asked for of those alone whom staff ask, where the facility wants it so', async () => {
    const { world } = setup();
    const { facility, file } = await site({ enrol: 'asked' });
    expect((await lift(facility)).known).not.toHaveProperty('voice');
    Object.assign(file.callers?.[0] ?? {}, { voice: 'asked' });
    expect(await world.import(file)).toBe(1);
    expect(await world.import(file)).toBe(0);
    const asked = await lift(facility);
    expect(asked.known).toMatchObject({ voice: { do: 'enrol', needed: false } });
    world.pass(1_000);
    expect(await asked.tell(NO)).toEqual({ type: 'voice', result: 'not-enrolled' });
    expect((await lift(facility)).known).not.toHaveProperty('voice');
    Object.assign(file.callers?.[0] ?? {}, { voice: undefined });
    expect(await world.import(file)).toBe(1);
    expect((await lift(facility)).known).not.toHaveProperty('voice');
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
    const he = new Person();
    const { tell } = await lift(facility);
    const first = await tell(YES);
    const again = await tell(he.says({ snr: 5 }));
    expect(again).toMatchObject(say('too-noisy'));
    const sorted = (reply: VoiceReply) => (reply.result === 'say' ? [...reply.say].sort().join('') : null);
    expect(sorted(again)).toBe(sorted(first));
    expect(await tell(he.says())).toMatchObject(say());
    expect(await tell(he.says())).toMatchObject(say());
    let reply = await tell(he.stranger.says());
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
}
