import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { FacilityId } from '../../../src/protocol/units.ts';
import { openAsking } from '../http/asking.ts';
import { asker, newCall, type Setup, siteFile } from '../world.ts';

const WHY = { why: 'as ordered' };

/** Lists that are filled by those whose they are, and by tables, by the calls that can be made then. */
export function fillingSuite(setup: () => Setup): void {
  const facility = `f-${randomUUID()}`;
  const file = siteFile(facility, (site) => {
    site.facility.dialling = 'listed';
    site.callers?.push({ id: 'roe', name: 'Jane Roe', pin: '22229307', numbers: [{ number: '+12025550177' }] });
    for (const one of site.callers ?? []) one.debit = { opening: '5.00' };
  });
  let api: Awaited<ReturnType<typeof openAsking>>;
  beforeAll(async () => {
    await setup().world.import(file);
    api = await openAsking(setup().world.control, facility);
  });
  afterAll(() => api?.close());

  const dial = async (dialled: string, used = 0, pin = '12345937') => {
    const { world } = setup();
    const [who, call] = [asker(facility), newCall()];
    await world.identify(who, call, pin);
    const reply = await world.authorise(who, call, dialled);
    if (reply.result === 'granted') await world.end(who, call, 1, used);
    return reply.result === 'refused' ? reply.reason : reply.result;
  };
  const listOf = async (caller = 'doe') => {
    const { numbers } = (await api.ask('GET', `/callers/${caller}`)).body as { numbers: Record<string, unknown>[] };
    return numbers.map(({ number, added_by }) => ({ number, added_by }));
  };
  const rules = (wishes: boolean, learns: number) => api.ask('PUT', '/number-rules', { wishes, learns, ...WHY });
  const wishes = async (query = '') =>
    (await api.ask('GET', `/wishes${query}`)).body.items as { id: number; number: string; times: number }[];
  const trail = () =>
    setup()
      .database.db.selectFrom('trail')
      .select(['what', 'subject', 'before', 'after', 'why'])
      .where('chain', '=', FacilityId.parse(facility))
      .orderBy('number', 'desc')
      .execute();

  it('asks nobody for anything until the facility says so', async () => {
    expect((await api.ask('GET', '/number-rules')).body).toEqual({ wishes: false, learns: 0 });
    expect(await dial('2025550101')).toBe('number-not-allowed');
    expect(await wishes()).toEqual([]);
    expect(await api.askAsStaff('PUT', '/number-rules', { wishes: true, learns: 0 })).toMatchObject({ status: 403 });
    expect(await api.ask('PUT', '/number-rules', { wishes: true, learns: 101, ...WHY })).toMatchObject({ status: 400 });
    expect(await rules(true, 0)).toMatchObject({ status: 200, body: { wishes: true, learns: 0 } });
    expect((await trail())[0]).toMatchObject({
      what: 'numbers.rules',
      before: { wishes: false },
      after: { wishes: true },
    });
  });

  it('holds what a caller dialled for staff, who put it on his list or say no, for good', async () => {
    expect(await dial('2025550101')).toBe('number-asked-for');
    expect(await dial('2025550101')).toBe('number-asked-for');
    expect(await dial('2025550102')).toBe('number-asked-for');
    const [first, second] = await wishes();
    expect(first).toMatchObject({ caller: 'doe', number: '+12025550101', times: 2, state: 'open', decided: null });
    const approve = `/wishes/${first?.id}/approve`;
    expect(await api.askAsStaff('POST', approve, WHY)).toMatchObject({ status: 403 });
    expect(await api.ask('POST', approve, { privileged: true, free: true, why: 'bar card seen' })).toMatchObject({
      ...{ status: 200, body: { state: 'approved', decided_why: 'bar card seen' } },
    });
    expect((await trail())[0]).toMatchObject({
      ...{ what: 'wish.approve', subject: { caller: 'doe', number: '+12025550101' } },
      ...{ after: { privileged: true }, why: 'bar card seen' },
    });
    expect(await dial('2025550101')).toBe('granted');
    expect(await api.ask('POST', approve, WHY)).toMatchObject({ status: 409 });
    expect(await api.ask('POST', `/wishes/${second?.id}/decline`, WHY)).toMatchObject({ status: 200 });
    expect((await trail())[0]).toMatchObject({ what: 'wish.decline', subject: { number: '+12025550102' } });
    expect(await dial('2025550102')).toBe('number-not-allowed');
    expect(await wishes()).toEqual([]);
    expect(await wishes('?state=declined&caller=doe')).toMatchObject([{ number: '+12025550102' }]);
    expect(await wishes('?state=declined&caller=roe')).toEqual([]);
    expect(await api.ask('POST', '/wishes/999999999/approve', WHY)).toMatchObject({ status: 404 });
    // What was approved and taken off again may be asked for again.
    await api.ask('DELETE', '/callers/doe/numbers/+12025550101', WHY);
    expect(await dial('2025550101')).toBe('number-asked-for');
    expect(await wishes()).toMatchObject([{ number: '+12025550101', times: 3, decided: null }]);
  });

  it('asks neither for what is blocked nor for what cannot be served, and holds twenty wishes of one caller', async () => {
    const block = { pattern: '+12025550103', kind: 'facility', note: 'a victim' };
    const { body } = await api.ask('POST', '/blocks', block);
    expect(await dial('2025550103')).toBe('number-blocked');
    await api.ask('POST', `/blocks/${body.id}/lift`, WHY);
    const open = (await wishes()).length;
    for (let n = open; n < 20; n++) expect(await dial(`20255502${10 + n}`)).toBe('number-asked-for');
    expect(await dial('2025550300')).toBe('number-not-allowed');
    expect(await dial('2025550219')).toBe('number-asked-for');
    expect(await wishes()).toHaveLength(20);
    const two = (await api.ask('GET', '/wishes?limit=2')).body as { items: unknown[]; next: string };
    expect(two.items).toHaveLength(2);
    expect(await wishes(`?after=${two.next}`)).toHaveLength(18);
  });

  it('learns the first numbers that a caller reaches, until his list is full', async () => {
    await rules(false, 3);
    expect(await listOf('roe')).toEqual([{ number: '+12025550177', added_by: 'site file' }]);
    const roe = '22229307';
    expect(await dial('2025550401', 0, roe)).toBe('granted');
    expect(await listOf('roe')).toHaveLength(1);
    expect(await dial('2025550402', 1_000, roe)).toBe('granted');
    expect(await dial('2025550402', 1_000, roe)).toBe('granted');
    expect(await dial('2025550403', 1_000, roe)).toBe('granted');
    expect(await listOf('roe')).toEqual([
      { number: '+12025550177', added_by: 'site file' },
      { number: '+12025550402', added_by: 'learned' },
      { number: '+12025550403', added_by: 'learned' },
    ]);
    expect(await dial('2025550404', 0, roe)).toBe('number-not-allowed');
    expect(await dial('2025550403', 0, roe)).toBe('granted');
    await setup().world.import(file);
    expect(await listOf('roe')).toHaveLength(3);
    await rules(false, 0);
  });

  it('takes a table, and says before what it would change', async () => {
    await api.ask('PUT', '/callers/doe/numbers/+12025550501', WHY);
    const csv = [
      '\ufeffCaller;Number;Privileged;Minutes',
      'doe;12025550501;yes;20',
      '',
      'doe;"(202) 555-0502";;',
      'roe;+12025550177;no;',
    ].join('\r\n');
    const told = {
      changes: [
        { line: 2, caller: 'doe', number: '+12025550501', change: 'changed' },
        { line: 4, caller: 'doe', number: '+12025550502', change: 'added' },
      ],
      ...{ same: 1, wrong: [] },
    };
    const take = (table: string, dry_run = false) => api.ask('POST', '/lists/import', { csv: table, dry_run, ...WHY });
    const lines = (await trail()).length;
    expect(await take(csv, true)).toEqual({ status: 200, body: { done: false, ...told } });
    expect(await trail()).toHaveLength(lines);
    expect(await listOf()).toHaveLength(1);
    expect(await take(csv)).toEqual({ status: 200, body: { done: true, ...told } });
    expect((await trail())[0]).toMatchObject({
      ...{ what: 'number.import', why: 'as ordered' },
      after: { lists: ['doe +12025550501 changed', 'doe +12025550502 added'] },
    });
    expect((await api.ask('GET', '/callers/doe')).body).toMatchObject({
      numbers: [{ number: '+12025550501', privileged: true, limit_ms: 1_200_000 }, { number: '+12025550502' }],
    });
    expect(await take(csv)).toMatchObject({ body: { done: true, changes: [], same: 3 } });
    expect(await api.askAsStaff('POST', '/lists/import', { csv, ...WHY })).toMatchObject({ status: 403 });
  });

  it.each([
    ['doe,+12025550601\nnobody,+12025550602', 3, 'there is no caller nobody here'],
    ['doe,911', 2, 'number: a number in international form is wanted'],
    ['doe,+12025550601\ndoe,12025550601', 3, 'it stands in line 2 already'],
    ['doe', 2, 'it is no line of a table'],
    ['doe,+12025550601,maybe', 2, 'it is no line of a table'],
  ])('changes nothing where a line is wrong: %j', async (rows, line, why) => {
    const csv = `caller,number\n${rows}\n`;
    const wrong = [{ line, why: expect.stringContaining(why) }];
    expect((await api.ask('POST', '/lists/import', { csv, dry_run: true, ...WHY })).body).toMatchObject({ wrong });
    const refused = await api.ask('POST', '/lists/import', { csv, ...WHY });
    expect(refused).toMatchObject({ status: 409, body: { detail: expect.stringContaining(`line ${line}: `) } });
    expect((await listOf()).map(({ number }) => number)).not.toContain('+12025550601');
  });

  it('names the columns that a table has too few or too many of', async () => {
    const wrongOf = async (csv: string) =>
      (await api.ask('POST', '/lists/import', { csv, dry_run: true, ...WHY })).body.wrong as { why: string }[];
    expect((await wrongOf('caller\ndoe'))[0]?.why).toMatch(/^number: /);
    expect((await wrongOf('caller,number,colour\ndoe,+12025550601,red'))[0]?.why).toContain('colour');
    expect((await wrongOf('caller,number,free\ndoe,+12025550601,maybe'))[0]?.why).toBe('free: yes or no is wanted');
    const many = Array.from({ length: 101 }, (_, n) => `roe,+1303555${1_000 + n}`);
    expect((await wrongOf(['caller,number', ...many].join('\n')))[0]?.why).toContain('the list of roe is full');
  });

  it('is blocked for one caller alone, and open to the others', async () => {
    const block = { pattern: '+12025550177', kind: 'security', note: 'threats', caller: 'roe' };
    expect(await api.ask('POST', '/blocks', { ...block, caller: 'nobody' })).toMatchObject({ status: 404 });
    const made = await api.ask('POST', '/blocks', block);
    expect(made).toMatchObject({ status: 201, body: { caller: 'roe' } });
    await api.ask('PUT', '/callers/doe/numbers/+12025550177', WHY);
    expect(await dial('2025550177', 0, '22229307')).toBe('number-blocked');
    expect(await dial('2025550177')).toBe('granted');
    expect((await api.ask('GET', '/blocks?caller=roe&kind=security')).body.items).toEqual([made.body]);
    expect((await api.ask('GET', '/blocks?caller=doe')).body.items).toEqual([]);
    expect((await api.ask('GET', '/blocks?caller=roe&kind=billing')).body.items).toEqual([]);
  });

  it('forgets what somebody asked for who is let go', async () => {
    await api.ask('POST', '/callers/doe/release', WHY);
    expect(await wishes()).toEqual([]);
    const csv = 'caller,number\ndoe,+12025550601';
    expect(await api.ask('POST', '/lists/import', { csv, ...WHY })).toMatchObject({ status: 409 });
  });
}
