import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { forgetAnswered } from '../../../src/platform/http/answered.ts';
import type { FacilityId } from '../../../src/protocol/units.ts';
import { type Desk, type Employee, openDesk } from '../people/desk.ts';
import type { Kind, Setup } from '../world.ts';

export function answeredSuite(setup: () => Setup, kind: Kind): void {
  let desk: Desk;
  let here: FacilityId;
  let clerk: Employee;
  beforeAll(async () => {
    desk = await openDesk(setup());
    here = await desk.facility();
    clerk = await desk.employ({ [here]: ['administrator'] });
  });
  afterAll(() => desk?.close());

  const admit = (key: string | null, name: string, { browser } = clerk) =>
    browser.ask('POST', `/api/facilities/${here}/callers`, { name }, key === null ? {} : { 'idempotency-key': key });
  const callersOf = (name: string) =>
    desk.db.selectFrom('callers').select('id').where('facility', '=', here).where('name', '=', name).execute();
  const rows = () => desk.db.selectFrom('answered').selectAll().execute();

  it('is made once, and answered with what was told before, PIN and all', async () => {
    const key = randomUUID();
    const first = await admit(key, 'Ann Once');
    expect(first.status).toBe(201);
    expect(first.body.pin).toMatch(/^\d{8}$/);
    const again = await admit(`"${key}"`, 'Ann Once');
    expect({ status: again.status, body: again.body }).toEqual({ status: 201, body: first.body });
    expect(await callersOf('Ann Once')).toHaveLength(1);
    const subjects = (await desk.lines('caller.admit', here)).map(({ subject }) => subject);
    expect(subjects.filter((one) => JSON.stringify(one).includes(first.body.caller))).toHaveLength(1);
    expect((await desk.lines('request.repeat', here))[0]).toMatchObject({
      ...{ actor: clerk.id, after: { asked: 'POST /api/facilities/:facility/callers' } },
    });
    for (const key of [null, null, randomUUID()]) expect((await admit(key, 'Ann Once')).status).toBe(201);
    expect(await callersOf('Ann Once')).toHaveLength(4);
  });

  it('is another where something else or somebody else asks with its key', async () => {
    const key = randomUUID();
    const first = await admit(key, 'Ben Same');
    expect(await admit(key, 'Ben Other')).toMatchObject({
      ...{ status: 422, body: { detail: 'Idempotency-Key: something else was asked with it: take another' } },
    });
    const path = `/api/facilities/${here}/callers/${first.body.caller}/pin`;
    expect(await clerk.browser.ask('POST', path, { why: 'lost' }, { 'idempotency-key': key })).toMatchObject({
      status: 422,
    });
    const colleague = await desk.employ({ [here]: ['administrator'] });
    const theirs = await admit(key, 'Ben Same', colleague);
    expect(theirs.status).toBe(201);
    expect(theirs.body.caller).not.toBe(first.body.caller);
    expect(await callersOf('Ben Other')).toEqual([]);
  });

  it('is not kept where it was refused, and is told what a key is', async () => {
    const key = randomUUID();
    expect((await admit(key, '')).status).toBe(400);
    expect((await admit(key, 'Cy Refused')).status).toBe(201);
    expect(await admit('17', 'Cy Refused')).toMatchObject({
      ...{ status: 400, body: { detail: expect.stringMatching(/^idempotency-key: a text of its own/) } },
    });
  });

  it('is forgotten after a day', async () => {
    const key = randomUUID();
    const first = await admit(key, 'Di Day');
    desk.pass(23 * 3_600_000);
    clerk = { ...clerk, browser: await desk.signIn(clerk) };
    expect((await admit(key, 'Di Day')).body.pin).toBe(first.body.pin);
    desk.pass(3_600_000);
    clerk = { ...clerk, browser: await desk.signIn(clerk) };
    expect((await admit(key, 'Di Day')).body.caller).not.toBe(first.body.caller);
    expect((await rows()).length).toBeGreaterThan(1);
    await forgetAnswered(desk.db, desk.clock.now);
    expect(await rows()).toHaveLength(1);
  });

  it('stands encrypted where the answer has a secret, and what was asked cannot be tried out', async () => {
    const key = randomUUID();
    const { pin, caller } = (await admit(key, 'Eve Secret')).body;
    const text = JSON.stringify(await rows());
    for (const secret of [pin, caller, key, 'Eve Secret']) expect(text).not.toContain(secret);
    const [jwe] = (await rows()).filter(({ made }) => made === desk.clock.now);
    expect(jwe?.answer.split('.')).toHaveLength(5);
  });

  it('is made once of many at once', async () => {
    const key = randomUUID();
    const all = await Promise.all(Array.from({ length: 12 }, () => admit(key, 'Fay Race')));
    const made = all.filter(({ status }) => status === 201);
    expect(made.length).toBeGreaterThan(0);
    expect(new Set(made.map(({ body }) => body.pin)).size).toBe(1);
    for (const { status } of all) expect([201, 409]).toContain(status);
    expect(await callersOf('Fay Race')).toHaveLength(1);
  });

  const whileItIsDone = async () => {
    const key = randomUUID();
    const asked = await desk.db.transaction().execute(async (trx) => {
      await trx.selectFrom('trail_heads').select('number').where('chain', '=', here).forUpdate().execute();
      const both = [admit(key, 'Guy Slow'), admit(key, 'Guy Slow')];
      // One waits for its line in the trail.
      expect(await Promise.race(both)).toMatchObject({
        ...{ status: 409, body: { detail: 'Idempotency-Key: this is being done: ask again in a moment' } },
      });
      return { both };
    });
    const answers = await Promise.all(asked.both);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
    const made = answers.find(({ status }) => status === 201);
    expect((await admit(key, 'Guy Slow')).body).toEqual(made?.body);
    expect(await callersOf('Guy Slow')).toHaveLength(1);
  };
  // PGlite does one thing after another.
  if (kind === 'postgres') it('is refused while it is being done', whileItIsDone);

  it('is offered by the document for every change by POST', async () => {
    const { body } = await desk.browser().get('/api/docs/json');
    const { parameters } = body.paths['/api/facilities/{facility}/callers'].post;
    expect(parameters).toContainEqual(
      expect.objectContaining({
        ...{ name: 'idempotency-key', in: 'header', required: false },
        description: expect.stringContaining('the answer is that of before'),
      }),
    );
  });
}
