import { expect, it } from 'vitest';
import { adaptationsOf, adaptDue, undoAdaptation } from '../../../../src/platform/callers/voiceprints/adapting.ts';
import { storePrint } from '../../../../src/platform/callers/voiceprints/prints.ts';
import { templateOf } from '../../../../src/platform/callers/voiceprints/template.ts';
import { CallerId, FacilityId } from '../../../../src/protocol/units.ts';
import type { Setup } from '../../world.ts';
import { liftsOn } from './lifts.ts';
import { Person } from './made-up.ts';

const WEEK = 7 * 86_400_000;
const SET = 0.05;
const PEOPLE = 30;
/** At 0.5 a rate over the set one comes of nine draws of voices in ten, at this of all: in the worst of 40, strangers were accepted at 0.43. */
const ALIKE = 0.7;

export function adaptingSuite(setup: () => Setup): void {
  const { site, lift } = liftsOn(setup);
  const db = () => setup().database.db;

  /** A site of so many enrolled callers, whose handsets make them sound so much alike. */
  const siteOf = async (people: number, alike: number, adapts = true) => {
    const { world } = setup();
    const { judging } = world.control;
    if (!judging) throw new Error('there is a judge');
    const others = Array.from({ length: people - 1 }, (_, n) => ({
      ...{ id: `c${n}`, name: `Caller ${n}`, pin: `${1_000 + n}4817`.replace(/^1234/, '9234') },
    }));
    const { facility } = await site({ adapts, falseAccepts: SET }, (s) => s.callers?.push(...others));
    const id = FacilityId.parse(facility);
    const handset = new Person();
    const he = new Person().by(handset, alike);
    for (const [n, { id: caller }] of [{ id: 'doe' }, ...others].entries()) {
      const person = n === 0 ? he : new Person().by(handset, alike);
      const template = templateOf([person.says(), person.says(), person.says()]);
      const owner = { facility: id, caller: CallerId.parse(caller) };
      await db()
        .transaction()
        .execute((trx) => storePrint(trx, judging, owner, template, world.clock.now));
    }
    return { facility, id, he };
  };

  /** What had to be reached in a check that begins now. */
  const threshold = async (facility: string, he: Person) => {
    const { tell } = await lift(facility);
    await tell(he.says());
    const { threshold: reached } = await db()
      .selectFrom('voice_tries')
      .select('threshold')
      .where('facility', '=', FacilityId.parse(facility))
      .orderBy('id', 'desc')
      .executeTakeFirstOrThrow();
    return reached ?? 0;
  };

  it('is fitted to handsets that make strangers alike, within bounds, and taken back', async () => {
    const { world } = setup();
    const { facility, id, he } = await siteOf(PEOPLE, ALIKE);
    const before = await threshold(facility, he);
    await adaptDue(world.control);
    const [fit] = await adaptationsOf(db(), id);
    expect(fit).toMatchObject({ set_rate: SET, by: 'adaptation', pairs: PEOPLE * (PEOPLE - 1), undone: null });
    expect(fit?.seen_rate).toBeGreaterThan(SET);
    expect(fit?.used_rate).toBeLessThan(SET);
    expect(fit?.used_rate).toBeGreaterThanOrEqual(SET / 10 - 1e-9);
    expect(await threshold(facility, he)).toBeGreaterThan(before);
    // Not again before a week has passed.
    await adaptDue(world.control);
    expect(await adaptationsOf(db(), id)).toHaveLength(1);
    world.pass(WEEK + 1);
    await adaptDue(world.control);
    expect(await adaptationsOf(db(), id)).toHaveLength(2);

    const deed = { by: 'Sgt. Hill', why: 'too many are refused', at: world.clock.now };
    expect(await undoAdaptation(db(), id, deed)).toBe(true);
    expect(await threshold(facility, he)).toBeGreaterThan(before);
    expect(await undoAdaptation(db(), id, deed)).toBe(true);
    expect(await undoAdaptation(db(), id, deed)).toBe(false);
    expect(await threshold(facility, he)).toBeCloseTo(before);
    // What people have taken back does not come again by itself.
    world.pass(WEEK + 1);
    await adaptDue(world.control);
    expect(await adaptationsOf(db(), id)).toMatchObject([
      { undone_by: 'Sgt. Hill', undone_why: 'too many are refused' },
      { undone_by: 'Sgt. Hill' },
    ]);
  });

  it('is left alone where callers are too few to tell, and where the facility does not want it', async () => {
    const { world } = setup();
    const few = await siteOf(10, ALIKE);
    const unwilling = await siteOf(PEOPLE, ALIKE, false);
    await adaptDue(world.control);
    expect(await adaptationsOf(db(), few.id)).toEqual([]);
    expect(await adaptationsOf(db(), unwilling.id)).toEqual([]);
  });
}
