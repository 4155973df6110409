import pg from 'pg';
import { expect, it, vi } from 'vitest';
import { askAnew, withdraw } from '../../../src/platform/callers/voiceprints/erase.ts';
import { CallerId } from '../../../src/protocol/units.ts';
import { liftsOn, NO, RULES, YES } from '../callers/voiceprints/lifts.ts';
import { Person } from '../callers/voiceprints/made-up.ts';
import type { Setup } from '../world.ts';

export function watchSuite(setup: () => Setup): void {
  const { site, lift, enrol } = liftsOn(setup);
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
    expect(await windows(said(he.stranger, 2))).toMatchObject({ voice: 'other', act: 'end' });
    expect(await windows([he.says({ netSeconds: 0.1 })])).toMatchObject({ voice: 'unsure', ratio: 0, act: 'none' });
    await world.end(who, call, 2, 2_000);
    await expect(windows(said(he, 2))).rejects.toThrow('no voice is compared in this call');
  });

  it('is decrypted once a call, and anew where another print has come in its place', async () => {
    const { world, database } = setup();
    const { facility } = await site(WATCH);
    const he = new Person();
    await enrol(facility, he);
    const { tell, dial, windows, who } = await lift(facility);
    await tell(he.says());
    await dial();
    const statements = async () => {
      const query = vi.spyOn(pg.Client.prototype, 'query');
      expect(await windows(said(he, 2))).toMatchObject({ voice: 'same', against: 'enrolment' });
      const { length } = query.mock.calls;
      query.mockRestore();
      return length;
    };
    const first = await statements();
    expect(await statements()).toBe(first - 1);
    world.pass(1_000);
    const deed = { by: 'Sgt. Hill', why: 'another had enrolled', at: world.clock.now };
    const doe = { facility: who.facility, caller: CallerId.parse('doe') };
    await database.db.transaction().execute((trx) => askAnew(trx, doe, deed));
    const anew = await lift(facility, 't2');
    for (const told of [YES, ...said(he.stranger, 3)]) await anew.tell(told);
    expect(await windows(said(he, 2))).toMatchObject({ voice: 'other', against: 'enrolment' });
    expect(await windows(said(he.stranger, 2))).toMatchObject({ voice: 'same' });
  });

  it('that was not known is compared with how the call began', async () => {
    const { facility } = await site({ refused: 'flag', ...WATCH });
    const he = new Person();
    await enrol(facility, he.stranger);
    const { tell, dial, windows } = await lift(facility);
    expect(await tell(he.says())).toMatchObject({ result: 'flagged' });
    expect(await dial()).toMatchObject({ grant: { watched: true } });
    await expect(windows(said(he, 2))).rejects.toThrow('the windows that the call began with are wanted');
    const first = said(he, 3);
    expect(await windows(said(he, 2), first)).toMatchObject({ voice: 'same', against: 'start-of-call' });
    expect(await windows(said(he.stranger, 2), first)).toMatchObject({ voice: 'other', act: 'end' });
  });

  it('is not acted upon below the proof that the facility wants, nor where it wants nothing done', async () => {
    const { world } = setup();
    const { facility, file } = await site({ watch: { act: 'announce', proof: 0.001 } });
    const he = new Person();
    await enrol(facility, he);
    const { tell, dial, windows } = await lift(facility);
    await tell(he.says());
    await dial();
    const other = he.stranger;
    const doubtful = async () => {
      for (let like = 0.2; like < 1; like += 0.005) {
        const reply = await windows([he.says({}, other, like)]);
        if (reply.result === 'heard' && reply.voice === 'other' && reply.act === 'none') return reply;
      }
      throw new Error('nothing was in between');
    };
    const reply = await doubtful();
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

  it('is compared from the very call in which it was enrolled, and not any more once that is withdrawn', async () => {
    const { world, database } = setup();
    const { facility } = await site(WATCH);
    const he = new Person();
    const { tell, dial, windows, who, call } = await lift(facility);
    for (const told of [YES, he.says(), he.says(), he.says()]) await tell(told);
    expect(await dial()).toMatchObject({ grant: { watched: true } });
    expect(await windows(said(he, 2))).toMatchObject({ voice: 'same', against: 'enrolment' });
    const deed = { by: 'Sgt. Hill', why: 'his wish', at: world.clock.now };
    expect(
      await database.db
        .transaction()
        .execute((trx) => withdraw(trx, { facility: who.facility, caller: CallerId.parse('doe') }, deed)),
    ).toBe(true);
    await expect(windows(said(he, 2), said(he, 2))).rejects.toThrow('his voice is not compared');
    expect(await world.extend(who, call, 1, 1_000)).not.toHaveProperty('grant.watched');
    await expect(windows(said(he, 2))).rejects.toThrow('no voice is compared in this call');
  });
}
