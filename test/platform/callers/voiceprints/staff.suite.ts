import { beforeAll, expect, it } from 'vitest';
import { eraseDue } from '../../../../src/platform/callers/voiceprints/erasing.ts';
import { listErasures, listVoices, oneVoice } from '../../../../src/platform/callers/voiceprints/list.ts';
import { ratesOf } from '../../../../src/platform/callers/voiceprints/rates.ts';
import { CallerId, FacilityId } from '../../../../src/protocol/units.ts';
import { makeWorld, type Setup, type SiteFile } from '../../world.ts';
import { liftsOn, NO } from './lifts.ts';
import { Person } from './made-up.ts';

const DAY = 86_400_000;
const doe = CallerId.parse('doe');
const ROE: NonNullable<SiteFile['callers']>[number] = { id: 'roe', name: 'Jane Roe', pin: '22229307' };

export function retentionSuite(shared: () => Setup): void {
  // Years pass here.
  let own: Setup;
  beforeAll(async () => {
    own = { ...shared(), world: await makeWorld(shared().database) };
  });
  const setup = () => own;
  const { site, lift, enrol } = liftsOn(setup);
  const db = () => setup().database.db;
  const prints = async (facility: string) =>
    (
      await db().selectFrom('voiceprints').select('caller').where('facility', '=', FacilityId.parse(facility)).execute()
    ).map(({ caller }) => caller);
  const erasures = (facility: string) =>
    listErasures(db(), { facility: FacilityId.parse(facility), after: 0, limit: 10 });

  it('ends when its caller is not in the site file any more, and word of it stays', async () => {
    const { world } = setup();
    const { facility, file } = await site();
    await enrol(facility, new Person());
    await eraseDue(world.control);
    expect(await prints(facility)).toEqual(['doe']);
    // What was being heard of him goes too.
    await lift(facility, 't2');
    await world.import({ ...file, callers: [ROE] });
    const made = world.clock.now;
    world.pass(60_000);
    // Several platforms may do it at once: each print is destroyed once.
    await Promise.all([eraseDue(world.control), eraseDue(world.control)]);
    expect(await prints(facility)).toEqual([]);
    expect(await erasures(facility)).toEqual([
      {
        ...{ id: expect.any(Number), caller: 'doe', why: 'released', at: world.clock.now, by: 'retention' },
        ...{ note: null, made, used: made },
      },
    ]);
    const under = db().selectFrom('voice_checks').select('call').where('under_way', 'is not', null);
    expect(await under.where('facility', '=', FacilityId.parse(facility)).execute()).toEqual([]);
  });

  it('ends three years after its last use', async () => {
    const { world } = setup();
    const { facility } = await site();
    const he = new Person();
    await enrol(facility, he);
    world.pass(2 * 365 * DAY);
    const { tell } = await lift(facility);
    expect(await tell(he.says())).toMatchObject({ result: 'accepted' });
    world.pass(3 * 365 * DAY);
    await eraseDue(world.control);
    expect(await prints(facility)).toEqual(['doe']);
    world.pass(1);
    await eraseDue(world.control);
    expect(await prints(facility)).toEqual([]);
    expect(await erasures(facility)).toMatchObject([{ caller: 'doe', why: 'unused' }]);
    // Figures of checks go sooner.
    expect(await oneVoice(db(), { facility: FacilityId.parse(facility), caller: doe }, world.clock.now)).toMatchObject({
      state: 'none',
      tries: [],
      consents: [{ agreed: true }],
    });
  });

  it('that many are due of is destroyed in portions', async () => {
    const { world } = setup();
    const callers = Array.from({ length: 230 }, (_, n) => ({
      ...{ id: `c${n}`, name: `Caller ${n}`, pin: `${1_000 + n}4817` },
    }));
    const { facility, file } = await site({}, (s) => s.callers?.push(...callers));
    const [id, at] = [FacilityId.parse(facility), world.clock.now];
    await db()
      .insertInto('voiceprints')
      .values(
        callers.map((c) => ({
          ...{ facility: id, caller: CallerId.parse(c.id), template: Buffer.from('x'), made: at, used: at },
        })),
      )
      .execute();
    await world.import({ ...file, callers: [ROE] });
    expect(await eraseDue(world.control)).toBeGreaterThanOrEqual(230);
    expect(await prints(facility)).toEqual([]);
  });

  it('is told of in rates and lists: who is enrolled, waived, has said no, was let go, or is refused too often', async () => {
    const { world } = setup();
    const { facility } = await site({ refused: 'flag' }, (s) => {
      s.callers?.push(ROE, { id: 'poe', name: 'P', pin: '33339307', voice: { waived: 'tty' } });
    });
    const id = FacilityId.parse(facility);
    const all = (more: object = {}) =>
      listVoices(db(), { facility: id, after: '', limit: 10, ...more }, world.clock.now);
    const declines = await lift(facility, 't2', ROE.pin);
    await declines.tell(NO);
    const he = new Person();
    await enrol(facility, he);
    expect(await all()).toMatchObject([
      { caller: 'doe', state: 'enrolled', made: world.clock.now, help: false, accepted: 0 },
      { caller: 'poe', state: 'waived', waived: 'tty' },
      { caller: 'roe', state: 'declined' },
    ]);
    const check = async (person: Person) => {
      world.pass(60_000);
      const { tell } = await lift(facility);
      return tell(person.says());
    };
    const { stranger } = he;
    for (const person of [stranger, he, stranger, he]) await check(person);
    expect(await all({ help: true })).toEqual([]);
    await check(stranger);
    expect(await all({ help: true })).toMatchObject([{ caller: 'doe', accepted: 2, refused: 3, flagged: 3 }]);
    expect(await all({ flagged: true, state: 'enrolled' })).toHaveLength(1);
    // Two of three refusals were followed by an accepted check within the hour.
    expect(await ratesOf(db(), id, 30, world.clock.now)).toEqual({
      ...{ days: 30, checks: { accepted: 2, refused: 3, unjudged: 0 }, flagged: 3 },
      misses: { seen: 2, of: 4, rate: 0.5, low: expect.closeTo(0.15, 2), high: expect.closeTo(0.85, 2) },
      unjudged: { seen: 0, of: 5, rate: 0, low: 0, high: expect.closeTo(0.43, 2) },
    });
    world.pass(31 * DAY);
    expect(await all({ flagged: true })).toEqual([]);
    expect((await ratesOf(db(), id, 30, world.clock.now)).misses).toEqual({
      seen: 0,
      of: 0,
      rate: null,
      low: 0,
      high: 1,
    });
  });
}
