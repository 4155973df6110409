import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readChains } from '../../../src/platform/people/chain.ts';
import { hashOf, leaveTrail } from '../../../src/platform/people/trail.ts';
import type { FacilityId } from '../../../src/protocol/units.ts';
import type { Setup } from '../world.ts';
import { type Desk, openDesk } from './desk.ts';

export function trailSuite(setup: () => Setup): void {
  let desk: Desk;
  beforeAll(async () => {
    desk = await openDesk(setup());
  });
  afterAll(() => desk?.close());

  /** A facility in whose trail some lines stand. */
  const acted = async (lines = 4) => {
    const here = await desk.facility();
    const { browser } = await desk.employ({ [here]: ['administrator', 'auditor'] });
    const wish = { name: 'monitor', rights: ['terminals.read'], days: 30 };
    await Promise.all(
      Array.from({ length: lines }, (_, n) =>
        browser.post(`/api/facilities/${here}/tokens`, { ...wish, name: `monitor ${n}` }),
      ),
    );
    return { here, browser };
  };
  const found = async (here: FacilityId, heads: Parameters<typeof readChains>[1] = []) =>
    (await readChains(desk.db, heads)).find(({ chain }) => chain === here);
  /** What somebody does who may do everything in the database. */
  const tamper = (statement: ReturnType<typeof sql>) =>
    desk.db.transaction().execute(async (trx) => {
      await sql`alter table trail disable trigger all`.execute(trx);
      await statement.execute(trx);
      await sql`alter table trail enable trigger all`.execute(trx);
    });

  it('is one chain, however many act at once, and every chain of this database is whole', async () => {
    const { here } = await acted(20);
    expect(await found(here)).toMatchObject({ number: 20, wrong: null, hash: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect((await readChains(desk.db, [])).filter(({ wrong }) => wrong !== null)).toEqual([]);
  });

  it('lets no line be changed or taken out, and shows where somebody did who took the triggers away', async () => {
    const { here } = await acted();
    await expect(sql`update trail set why = 'x' where chain = ${here}`.execute(desk.db)).rejects.toThrow(
      'never changed',
    );
    await expect(sql`delete from trail where chain = ${here}`.execute(desk.db)).rejects.toThrow('never changed');
    await tamper(sql`update trail set actor_name = 'Somebody Else' where chain = ${here} and number = 3`);
    expect(await found(here)).toMatchObject({ number: 2, wrong: 'line 3 is not as it was written' });
    const { here: other } = await acted();
    await tamper(sql`delete from trail where chain = ${other} and number = 2`);
    expect(await found(other)).toMatchObject({ wrong: 'line 2 is gone' });
  });

  it('shows lines that were cut off at its end, by the end that was printed earlier where that was set back too', async () => {
    const { here } = await acted();
    const earlier = await found(here);
    if (!earlier) throw new Error('no chain');
    await tamper(sql`delete from trail where chain = ${here} and number = 4`);
    expect(await found(here)).toMatchObject({ wrong: 'lines after 3 are gone' });
    await sql`update trail_heads set number = 3, hash = (select hash from trail where chain = ${here} and number = 3)
      where chain = ${here}`.execute(desk.db);
    expect(await found(here)).toMatchObject({ wrong: null });
    expect(await found(here, [earlier])).toMatchObject({ wrong: expect.stringContaining('went up to 4 earlier') });
    const another = { ...earlier, number: 2, hash: '0'.repeat(64) };
    expect(await found(here, [another])).toMatchObject({ wrong: expect.stringContaining('written anew') });
    await tamper(sql`delete from trail where chain = ${here}`);
    await sql`delete from trail_heads where chain = ${here}`.execute(desk.db);
    expect(await found(here, [earlier])).toMatchObject({ number: 0, wrong: expect.stringContaining('cut off') });
  });

  it('is read in pieces by who may, by what is looked for, and that it was read stands in it', async () => {
    const { here, browser } = await acted(5);
    const at = `/api/facilities/${here}/trail`;
    const first = (await browser.get(`${at}?what=token.make&limit=2`)).body;
    expect(first.items).toHaveLength(2);
    const rest = (await browser.get(`${at}?what=token.make&limit=10&after=${first.next}`)).body;
    expect(rest).toMatchObject({ next: null, items: [{}, {}, {}] });
    const [one] = rest.items;
    const of = async (query: string) => (await browser.get(`${at}?what=token.make&${query}`)).body.items.length;
    expect(await of(`subject=token:${one.subject.token}`)).toBe(1);
    expect(await of(`actor=${one.actor}`)).toBe(5);
    expect(await of('actor=nobody')).toBe(0);
    expect(await of('text=MONITOR%203')).toBe(1);
    expect(await of('text=%25')).toBe(0);
    expect(await of(`to=${one.at}`)).toBe(0);
    expect(await of(`from=${one.at}`)).toBe(5);
    expect((await browser.get(`${at}?what=trail.read`)).body.items.length).toBeGreaterThan(7);
    const { browser: officer } = await desk.employ({ [here]: ['administrator'] });
    expect((await officer.get(at)).status).toBe(403);
    expect((await browser.get('/api/trail')).status).toBe(403);
    const { browser: operator } = await desk.employ({}, true);
    expect((await operator.get('/api/trail?what=person.welcome&limit=1')).body.items).toHaveLength(1);
  });

  it('is taken as a file, whose lines are checked elsewhere, whatever was left out; who took what stands in it', async () => {
    const { here, browser } = await acted(1);
    const wish = { name: '=HYPERLINK("http://evil")', rights: ['terminals.read'], days: 30 };
    await browser.post(`/api/facilities/${here}/tokens`, wish);
    // More than is asked of the database at once.
    const robot = { id: 'robot', name: '@robot', operator: false, roles: new Map(), scopes: [], from: '::1' };
    await desk.db.transaction().execute(async (trx) => {
      for (let n = 0; n < 510; n++)
        await leaveTrail(trx, here, { kind: 'machine', ...robot }, { what: 'robot.act', after: { n } }, desk.clock.now);
    });
    const jsonl = await browser.get(`/api/facilities/${here}/trail.jsonl`);
    expect(jsonl.headers.get('content-type')).toBe('application/jsonl; charset=utf-8');
    expect(jsonl.headers.get('content-disposition')).toBe(`attachment; filename="trail-${here}.jsonl"`);
    const lines = String(jsonl.body)
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map(({ number }) => number)).toEqual(Array.from({ length: 513 }, (_, n) => 513 - n));
    expect(lines[0]).toMatchObject({ what: 'trail.export', after: { form: 'jsonl' }, actor_kind: 'person' });
    const isTrue = ({ previous, hash, at, ...line }: (typeof lines)[number]) =>
      hashOf({ ...line, at: Date.parse(at) }, Buffer.from(previous, 'hex')).toString('hex') === hash;
    expect(lines.every(isTrue)).toBe(true);
    expect(isTrue({ ...lines[7], actor_name: 'Somebody Else' })).toBe(false);
    const some = await browser.get(`/api/facilities/${here}/trail.jsonl?what=token.make`);
    const made = String(some.body)
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(made.map(({ number }) => number)).toEqual([2, 1]);
    expect(made.every(isTrue)).toBe(true);
    const csv = String((await browser.get(`/api/facilities/${here}/trail.csv?actor=robot`)).body);
    expect(csv.split('\r\n')).toHaveLength(512);
    expect(csv).toContain(`"'@robot"`);
    expect(csv).not.toContain('"@robot"');
    expect(await desk.lines('trail.export', here)).toMatchObject([
      { after: { form: 'csv', actor: 'robot' } },
      { after: { form: 'jsonl', what: 'token.make' } },
      { after: { form: 'jsonl' } },
    ]);
  });

  it('tells the auditor of a facility of the sign-ins of its people, and of nobody else', async () => {
    const [here, elsewhere] = [await desk.facility(), await desk.facility()];
    const auditor = await desk.employ({ [here]: ['auditor'] });
    const officer = await desk.employ({ [here]: ['officer'], [elsewhere]: ['officer'] });
    const stranger = await desk.employ({ [elsewhere]: ['officer'] });
    for (const who of [officer, stranger]) await desk.signIn(who);
    await desk.browser().post('/api/session', { email: officer.email, password: 'something else' });
    const seen = async (query = '') =>
      (await auditor.browser.get(`/api/facilities/${here}/trail/sign-ins${query}`)).body.items;
    const about = ({ subject, actor }: { subject: { person?: string } | null; actor: string }) =>
      subject?.person ?? actor;
    const lines = await seen();
    expect(lines.map(({ what }: { what: string }) => what)).toEqual(
      expect.arrayContaining(['session.begin', 'session.refuse']),
    );
    expect(lines.map(about)).toContain(officer.id);
    expect(lines.map(about).filter((id: string) => id !== officer.id && id !== auditor.id)).toEqual([]);
    expect(lines.every(({ what }: { what: string }) => what.startsWith('session.'))).toBe(true);
    expect((await seen('?what=session.refuse')).map(about)).toEqual([officer.id]);
    expect(await desk.lines('trail.sign-ins', here)).toHaveLength(2);
    expect((await officer.browser.get(`/api/facilities/${here}/trail/sign-ins`)).status).toBe(403);
    await desk.db.deleteFrom('staff_roles').where('staff', '=', officer.id).where('facility', '=', here).execute();
    expect((await seen()).map(about)).not.toContain(officer.id);
  });
}
