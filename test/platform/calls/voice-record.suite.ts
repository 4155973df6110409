import { expect, it } from 'vitest';
import { sweep } from '../../../src/platform/calls/sweep.ts';
import type { CallRecord, VoiceOutcome } from '../../../src/protocol/call.ts';
import { CallerId, type Instant } from '../../../src/protocol/units.ts';
import { liftsOn, NO, YES } from '../callers/voiceprints/lifts.ts';
import { Person } from '../callers/voiceprints/made-up.ts';
import { recordOf, type Setup } from '../world.ts';

const DAY = 86_400_000;
const said = (outcome: VoiceOutcome | null): Pick<CallRecord, 'voice'> => ({ voice: { outcome, others: [] } });
const OTHERS = [{ since: 1 as Instant, until: null, ratio: -4, against: 'enrolment' as const }];

export function voiceRecordSuite(setup: () => Setup): void {
  const { site, lift, enrol } = liftsOn(setup);
  type Lifted = Awaited<ReturnType<typeof lift>>;

  /** The record of a lift as its phone tells it: of the call that was granted, or of one that came to nothing. */
  const recordIn = ({ who, call }: Lifted, change: Partial<CallRecord> = {}): CallRecord => ({
    ...recordOf(who, call, 0, setup().world.clock.now),
    ...{ kind: 'attempt', number: null, answered: null, accepted: null, caller: CallerId.parse('doe'), ...change },
  });
  const talkedIn = ({ who, call }: Lifted, change: Partial<CallRecord> = {}): CallRecord => {
    const { world } = setup();
    world.pass(10_000);
    return { ...recordOf(who, call, 5_000, world.clock.now), ...change };
  };
  const kept = async ({ who, call }: Lifted, record: CallRecord) => {
    const { world, database } = setup();
    await world.store(who, record);
    const row = await database.db
      .selectFrom('records')
      .select(['record', 'differs'])
      .where('facility', '=', who.facility)
      .where('call', '=', call)
      .executeTakeFirstOrThrow();
    return { voice: row.record.voice, differs: row.differs ?? [] };
  };
  const known = async () => {
    const { facility } = await site({ refused: 'flag', watch: { act: 'none' } });
    const he = new Person();
    await enrol(facility, he);
    const lifted = await lift(facility);
    expect(await lifted.tell(he.says())).toMatchObject({ result: 'accepted' });
    return { facility, he, lifted };
  };

  it('that is as the platform judged it differs in nothing: accepted, flagged, enrolled, declined, not asked for', async () => {
    const { facility, he, lifted } = await known();
    await lifted.dial();
    const record = talkedIn(lifted, { voice: { outcome: 'accepted', others: OTHERS } });
    expect(await kept(lifted, record)).toEqual({ voice: record.voice, differs: [] });
    const flagged = await lift(facility);
    await flagged.tell(he.stranger.says());
    await flagged.dial();
    expect(await kept(flagged, talkedIn(flagged, said('flagged')))).toMatchObject({ differs: [] });
    const { facility: other } = await site();
    const declines = await lift(other);
    await declines.tell(NO);
    expect(await kept(declines, recordIn(declines, said('not-enrolled')))).toMatchObject({ differs: [] });
    const free = await lift((await site({ enrol: 'asked' })).facility);
    await free.dial();
    expect(await kept(free, talkedIn(free))).toEqual({ voice: undefined, differs: [] });
  });

  it('of a caller who is enrolled and hangs up before he said his name has him enrolled', async () => {
    const lifted = await lift((await site({ names: true })).facility);
    const he = new Person();
    for (const told of [YES, he.says(), he.says()]) await lifted.tell(told);
    expect(await lifted.tell(he.says())).toMatchObject({ result: 'name' });
    expect(await kept(lifted, recordIn(lifted, said('enrolled')))).toMatchObject({ differs: [] });
  });

  it('of which the phone never heard is nothing, where nothing was granted after it', async () => {
    const { lifted } = await known();
    expect(await kept(lifted, recordIn(lifted))).toEqual({ voice: undefined, differs: [] });
  });

  it.each<[string, Pick<CallRecord, 'voice'>]>([
    ['another', said('flagged')],
    ['none', {}],
  ])('that is %s in the record of a call is kept in both versions, told, and not believed', async (_, wrong) => {
    const { world } = setup();
    const { lifted } = await known();
    await lifted.dial();
    const phone = wrong.voice?.outcome ?? null;
    expect(await kept(lifted, talkedIn(lifted, wrong))).toEqual({
      ...{ voice: { outcome: 'accepted', others: [] }, differs: [{ field: 'voice', phone, platform: 'accepted' }] },
    });
    expect(world.alarms).toContainEqual(
      expect.objectContaining({ kind: 'record-differs', where: { ...lifted.who, call: lifted.call } }),
    );
  });

  it('that nobody judged is not believed: none was asked for, or it was not over', async () => {
    const facility = (await site({ enrol: 'asked' })).facility;
    const free = await lift(facility);
    await free.dial();
    const differs = [{ field: 'voice', phone: 'accepted', platform: null }];
    expect(await kept(free, talkedIn(free, said('accepted')))).toEqual({ voice: undefined, differs });
    const others = { outcome: 'accepted', others: OTHERS } as const;
    const watched = await lift(facility);
    await watched.dial();
    expect(await kept(watched, talkedIn(watched, { voice: others }))).toEqual({
      ...{ voice: { outcome: null, others: OTHERS }, differs },
    });
    const open = await lift((await site()).facility);
    await open.tell(YES);
    expect(await kept(open, recordIn(open, said('enrolled')))).toMatchObject({
      differs: [{ phone: 'enrolled', platform: null }],
    });
  });

  it('of a phone that was off line for two days is taken at its word', async () => {
    const { world } = setup();
    const { lifted } = await known();
    await lifted.dial();
    const record = talkedIn(lifted, said('accepted'));
    world.pass(2 * DAY);
    await sweep(world.control);
    expect(await kept(lifted, record)).toEqual({ voice: record.voice, differs: [] });
  });
}
