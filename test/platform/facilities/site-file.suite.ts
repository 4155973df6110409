import { randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { siteRoutes } from '../../../src/platform/facilities/site-file/routes.ts';
import { Sites } from '../../../src/platform/facilities/site-file/sites.ts';
import type { SiteReport } from '../../../src/protocol/api/site.ts';
import type { FacilityId } from '../../../src/protocol/units.ts';
import { liftsOn } from '../callers/voiceprints/lifts.ts';
import { Person } from '../callers/voiceprints/made-up.ts';
import { type Desk, type Employee, openDesk } from '../people/desk.ts';
import { asker, audit, newCall, type Setup, type SiteFile, siteFile } from '../world.ts';
import { someSite } from './some-site.ts';

/** The site file at the API: what it would change, what it takes away, and that it comes out as it went in. */
export function siteFileSuite(setup: () => Setup): void {
  let desk: Desk;
  let operator: Employee;
  beforeAll(async () => {
    const { control } = setup().world;
    const sites = new Sites({ db: control.db, access: {} }, { pepper: control.pepper, voices: true });
    desk = await openDesk(setup(), { port: 0 }, [(app, door) => siteRoutes(app, door, sites, control.pepper)]);
    operator = await desk.employ({}, true);
  });
  afterAll(() => desk?.close());

  const newId = () => `f-${randomUUID()}` as FacilityId;
  const send = (site: object, query = '', who = operator, id = (site as SiteFile).facility.id) =>
    who.browser.ask('POST', `/api/facilities/${id}/site${query}`, site);
  const take = async (id: string, who = operator) => who.browser.get(`/api/facilities/${id}/site`);
  const lines = (id: FacilityId) =>
    setup()
      .database.db.selectFrom('trail')
      .select(['what', 'after'])
      .where('chain', '=', id)
      .where('what', 'like', 'site.%')
      .orderBy('number')
      .execute();
  const callers = async (id: string) => {
    const query = setup().database.db.selectFrom('callers').select('id').where('pin_hash', 'is not', null);
    return (await query.where('facility', '=', id as FacilityId).execute()).map((row) => row.id).sort();
  };

  it('tells what it would change and writes nothing; then it does that, in one line of the trail, and a second time nothing', async () => {
    const id = newId();
    const site = siteFile(id, (s) => s.callers?.push({ id: 'roe', name: 'Jane Roe', pin: '22229307' }));
    const dry = await send(site, '?dryRun=true');
    expect(dry).toMatchObject({
      status: 200,
      body: {
        ...{ facility: id, done: false, isNew: true, paidIn: '3.00', losses: { callers: 0, phones: [] } },
        changes: expect.arrayContaining([
          { what: 'caller', added: 2, changed: 0, removed: 0, first: [expect.anything(), expect.anything()] },
          expect.objectContaining({ what: 'phone', added: 4 }),
          expect.objectContaining({ what: 'rate', added: 1 }),
        ]),
      },
    });
    expect(dry.body.words).toEqual(
      expect.arrayContaining([
        `${id}: is not known yet`,
        'callers: 2 new',
        '  + doe',
        'opening balances that are paid in: $3.00',
      ]),
    );
    expect(await lines(id)).toEqual([]);
    expect(await callers(id)).toEqual([]);
    const done = await send(site);
    expect(done.body).toMatchObject({ done: true, changes: dry.body.changes, paidIn: '3.00' });
    expect((await send(site)).body).toMatchObject({
      changes: [],
      paidIn: '0.00',
      words: [`${id}: is as the file says`],
    });
    const [line, ...more] = await lines(id);
    expect(more).toEqual([]);
    expect(line).toMatchObject({ what: 'site.import', after: { paid_in: '3.00', released: 0 } });
    expect(JSON.stringify(line)).not.toMatch(/22229307|12345937/);
    expect(await setup().world.identify(asker(id), newCall(), '22229307')).toMatchObject({ caller: 'roe' });
    expect((await audit(setup().database)).get(`${id}/family`)).toEqual({ balance: 3_000_000, held: 0 });
  });

  it('takes nobody away who is not in it, unless that is said; it tells what is his', async () => {
    const { site, enrol } = liftsOn(setup);
    const id = (await site({ enrol: 'invited' })).facility as FacilityId;
    await enrol(id, new Person());
    const whole = (await take(id)).body as SiteFile;
    const [doe] = whole.callers ?? [];
    await send({ ...whole, callers: [{ ...doe, debit: { opening: '7.50' } }] });
    const less = { ...whole, callers: [], units: whole.units.map((unit) => ({ ...unit, terminals: ['t1'] })) };
    const dry = (await send(less, '?dryRun=true')).body as SiteReport;
    const gone = whole.units.flatMap(({ terminals = [] }) => terminals).filter((phone) => phone !== 't1');
    expect(dry.losses).toEqual({
      ...{ callers: 1, owed: '7.50', voiceprints: 1, phones: gone },
      first: [{ caller: 'doe', name: 'John Doe', balance: '7.50', voiceprint: true }],
    });
    expect(dry.words.slice(0, 5)).toEqual([
      '1 caller not in the file: nobody can be them any more, and their lists go',
      '  doe John Doe, has $7.50, has a voiceprint',
      'of their own money $7.50 stays theirs, and is to be paid out to them',
      '1 of their voiceprints is destroyed',
      `${gone.length} phones not in the file, no longer answered: ${gone.join(', ')}`,
    ]);
    expect(await send(less)).toMatchObject({ status: 409, body: { detail: expect.stringContaining('say takeAway') } });
    expect(await callers(id)).toEqual(['doe']);
    expect(await send(less, '?takeAway=true')).toMatchObject({ status: 200, body: { done: true } });
    expect(await callers(id)).toEqual([]);
    expect((await audit(setup().database)).get(`${id}/debit:doe`)).toEqual({ balance: 7_500_000, held: 0 });
  });

  it('is for an administrator of the facility; a new one, and money, are for others', async () => {
    const id = newId();
    await send(siteFile(id));
    const administrator = await desk.employ({ [id]: ['administrator'] });
    const [renamed, richer] = [
      siteFile(id, (s) => Object.assign(s.facility, { name: 'Cedar' })),
      siteFile(id, (s) => Object.assign(s.callers?.[0] ?? {}, { debit: { opening: '9.00' } })),
    ];
    expect(await send(renamed, '', administrator)).toMatchObject({
      status: 200,
      body: { words: expect.arrayContaining([`  ~ ${id}: name`]) },
    });
    expect(await send(richer, '?dryRun=true', administrator)).toMatchObject({ status: 403 });
    expect(await send(richer, '', administrator)).toMatchObject({ status: 403 });
    const both = await desk.employ({ [id]: ['administrator', 'finance'] });
    expect(await send(richer, '', both)).toMatchObject({ status: 200, body: { paidIn: '9.00' } });
    expect(await send(siteFile(newId()), '', administrator)).toMatchObject({ status: 404 });
    expect((await take(id, await desk.employ({ [id]: ['supervisor'] }))).status).toBe(403);
    expect((await take(id, administrator)).status).toBe(200);
    expect((await lines(id)).map(({ what }) => what)).toEqual([
      ...['site.import', 'site.import', 'site.import', 'site.export'],
    ]);
  });

  it('refuses in words what is not as it should be, and writes none of it', async () => {
    const id = newId();
    const raw = (body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) =>
      fetch(`${desk.api.address}/api/facilities/${id}/site`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'sec-fetch-site': 'same-origin',
          cookie: operator.browser.cookie ?? '',
          ...headers,
        },
        body,
      }).then(async (response) => ({
        status: response.status,
        detail: ((await response.json()) as { detail: string }).detail,
      }));
    const gzip = { 'content-encoding': 'gzip' };
    const site = siteFile(id);
    const hashed = `hmac-sha256:${'a'.repeat(43)}:${'b'.repeat(43)}`;
    const [doe] = site.callers ?? [];
    expect(await raw('')).toMatchObject({ status: 400 });
    expect(await raw('{')).toEqual({ status: 400, detail: 'the body is not JSON' });
    expect(await raw('x', gzip)).toEqual({ status: 400, detail: 'the body is not as gzip makes it' });
    expect(await raw(gzipSync(Buffer.alloc(140_000_000)), gzip)).toMatchObject({ status: 413 });
    expect(await raw('{}', { 'content-encoding': 'br' })).toMatchObject({ status: 415 });
    for (const [wrong, status, why] of [
      [{ ...site, bloks: [] }, 400, /bloks/],
      [siteFile('another'), 400, /facility.id: the file is of another/],
      [{ ...site, callers: [{ ...doe, pin: hashed }] }, 400, /does not say under what its hashes were made/],
      [{ ...site, pins: 'another', callers: [{ ...doe, pin: hashed }] }, 409, /were made by another platform/],
    ] as const)
      expect(await send(wrong, '', operator, id)).toMatchObject({
        status,
        body: { detail: expect.stringMatching(why) },
      });
    expect(await take(id)).toMatchObject({ status: 404 });
    expect(await raw(gzipSync(JSON.stringify(site)), gzip)).toMatchObject({ status: 200 });
  });

  it('comes out with hashes in place of PINs, which this platform takes for this facility alone', async () => {
    const id = newId();
    await send(siteFile(id));
    const whole = (await take(id)).body as SiteFile;
    expect(JSON.stringify(whole)).not.toContain('12345937');
    expect(whole.callers).toMatchObject([{ id: 'doe', pin: expect.stringMatching(/^hmac-sha256:/) }]);
    const other = newId();
    const facility = { ...whole.facility, id: other };
    expect(await send({ ...whole, facility })).toMatchObject({ status: 409 });
    expect(await send({ ...whole, facility: { ...whole.facility, pinIdLength: 3 } })).toMatchObject({ status: 409 });
    await send({ ...whole, callers: [] }, '?takeAway=true');
    await send(whole);
    expect(await setup().world.identify(asker(id), newCall(), '12345937')).toMatchObject({ caller: 'doe' });
  });

  it('changes nothing where what came out of a platform goes in there again, whatever file and staff made of it', async () => {
    await fc.assert(
      fc.asyncProperty(someSite, async ({ change, deeds }) => {
        const id = newId();
        expect(await send(change(siteFile(id)))).toMatchObject({ status: 200 });
        // Some of it stands already: 409.
        for (const { method, path, body } of deeds)
          expect([200, 201, 409]).toContain(
            (await operator.browser.ask(method, `/api/facilities/${id}${path}`, body)).status,
          );
        const first = (await take(id)).body as SiteFile;
        const again = await send(first);
        expect(again).toMatchObject({
          status: 200,
          body: { changes: [], paidIn: '0.00', losses: { callers: 0, phones: [] } },
        });
        expect((await take(id)).body).toEqual(first);
      }),
      { numRuns: 20 },
    );
  });
}
