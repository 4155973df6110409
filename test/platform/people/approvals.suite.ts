import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { SettingsOfPhones } from '../../../src/platform/facilities/phone-settings.ts';
import { Desk as OrderDesk } from '../../../src/platform/terminals/desk.ts';
import type { Issuers } from '../../../src/platform/terminals/issuers.ts';
import { Keeper } from '../../../src/platform/terminals/keeper.ts';
import { keyRoutes } from '../../../src/platform/terminals/key-routes.ts';
import { KeySets } from '../../../src/platform/terminals/key-sets.ts';
import { orderRoutes } from '../../../src/platform/terminals/order-routes.ts';
import { judge } from '../../../src/protocol/judge.ts';
import { signKeySet } from '../../../src/protocol/key-set.ts';
import type { OrderPrivateKey, RootPrivateKey } from '../../../src/protocol/keys.ts';
import { LockdownOrder } from '../../../src/protocol/lockdown.ts';
import { signOrder } from '../../../src/protocol/signing.ts';
import { lockdownTopic } from '../../../src/protocol/topics.ts';
import type { FacilityId, Instant } from '../../../src/protocol/units.ts';
import { ALL, rootKey, setOf } from '../../protocol/keys-of-county.ts';
import { orderKey } from '../../terminal/fleet/phone.ts';
import type { Setup } from '../world.ts';
import { type Browser, type Desk, type Employee, openDesk } from './desk.ts';
import { ALL_RIGHTS, tokenOf } from './machine.ts';

const MINUTE = 60_000;
const log = pino({ level: 'silent' });

export function approvalSuite(setup: () => Setup): void {
  let desk: Desk;
  let keeper: Keeper;
  let here: FacilityId;
  let root: RootPrivateKey;
  let [dana, ben]: OrderPrivateKey[] = [];
  let [asker, second, third]: Employee[] = [];
  const alarms: string[] = [];
  const issuers = new Map<FacilityId, Issuers>();
  let keys: KeySets;

  beforeAll(async () => {
    const { control } = setup().world;
    const given = {
      ...control,
      now: () => desk.clock.now,
      alarm: (kind: string, _: object, what: string) => void alarms.push(`${kind} ${what}`),
    };
    keys = new KeySets(given, issuers, log);
    const settings = new SettingsOfPhones(given, []);
    keeper = await Keeper.open(given, issuers, keys, settings, log);
    const orders = new OrderDesk(given, keys, keeper, () => false);
    const limits = { session: 1_000_000, address: 1_000_000 };
    desk = await openDesk(setup(), { port: 0, limits }, [
      (app, door) => orderRoutes(app, door, orders),
      (app, door) => keyRoutes(app, door, orders),
    ]);
    [dana, ben] = [await orderKey('dana'), await orderKey('ben')];
  }, 120_000);
  afterAll(async () => {
    await keeper?.close();
    await desk?.close();
  });

  // Each has a county of its own, which is locked down.
  beforeEach(async () => {
    here = await desk.facility();
    const site = await rootKey();
    root = site.root;
    issuers.set(here, { trusted: { root: site.known }, first: null, lists: null, twoPeople: ['lockdown', 'keys'] });
    await keys.take(here, await set(1));
    asker = await desk.employ({ [here]: ['supervisor', 'administrator'] });
    second = await desk.employ({ [here]: ['officer', 'administrator'] });
    third = await desk.employ({ [here]: ['officer'] });
    expect((await give(asker, await signed(dana, { state: 'lockdown' }))).body).toMatchObject({ waits: null });
  }, 60_000);

  const set = (sequence: number) =>
    signKeySet(setOf(here, sequence, [...[dana, ben].map((key) => [key as OrderPrivateKey, ALL] as const)]), root);
  let sequence = 0;
  const order = (change: object) => {
    const whole = { kind: 'facility', facility: here };
    const at = desk.clock.now;
    sequence = Math.max(sequence + 1, at);
    return LockdownOrder.parse({
      ...{ scope: whole, state: 'open', mode: 'drop', reason: 'count', issuer: 'dana', sequence, since: at },
      ...{ until: null, ...change },
    });
  };
  const signed = (key: OrderPrivateKey | undefined, change: object = {}) => {
    if (!key) throw new Error('no key');
    return signOrder(order({ issuer: key.kid, ...change }), key);
  };
  const of = (who: Employee | undefined): Browser => {
    if (!who) throw new Error('nobody is there');
    return who.browser;
  };
  const path = (rest: string) => `/api/facilities/${here}/${rest}`;
  const give = (who: Employee | undefined, jws: string) => of(who).post(path('orders'), { jws });
  const waiting = async (who: Employee | undefined, kind = 'orders') => (await of(who).get(path(kind))).body.waiting;
  const decide = async (
    browser: Browser,
    decision: string,
    seen?: { approval: string; digest: string },
    kind = 'orders',
  ) => {
    const [one] = seen ? [seen] : await waiting(third, kind);
    const { status, body } = await browser.post(path(`${kind}/waiting/${one.approval}`), {
      decision,
      digest: one.digest,
    });
    return { status, detail: body.detail };
  };
  const stands = () => keeper.ordersIn(here).map(({ state, issuer }) => `${state} by ${issuer}`);
  const asksToOpen = async (who = asker) => {
    pass(1_000);
    expect(await give(who, await signed(dana))).toMatchObject({ status: 201, body: { waits: expect.any(String) } });
  };
  const pass = (ms: number) => desk.pass(ms);
  const names = async (what: string) => (await desk.lines(what, here)).map(({ actor }) => actor);

  it('what opens the facility waits until somebody else with the right has approved it, and both stand in the trail', async () => {
    await asksToOpen();
    expect(stands()).toEqual(['lockdown by dana']);
    expect(await waiting(asker)).toMatchObject([{ own: true, told: { state: 'open', issuer: 'dana' } }]);
    expect(await waiting(third)).toMatchObject([{ own: false }]);
    expect(await decide(of(second), 'approve')).toMatchObject({ status: 200 });
    expect(stands()).toEqual(['open by dana']);
    expect(await waiting(third)).toEqual([]);
    expect(await names('approval.ask')).toEqual([asker?.id]);
    expect(await names('approval.approve')).toEqual([second?.id]);
    const [line] = await desk.lines('lockdown.order', here);
    const [asked] = await desk.lines('approval.ask', here);
    expect(line).toMatchObject({
      actor: second?.id,
      after: { state: 'open', issuer: 'dana', asked_by: asked?.actor_name },
    });
  });

  it('what closes, and what opens a unit, waits for nobody; what has the lockdown end sooner does', async () => {
    pass(1_000);
    const unit = { scope: { kind: 'unit', facility: here, unit: 'A' } };
    for (const change of [unit, { state: 'disabled' }, { state: 'lockdown', until: null }])
      expect((await give(asker, await signed(dana, change))).body).toMatchObject({ waits: null });
    const soon = { state: 'lockdown', until: desk.clock.now + 1_000 };
    expect((await give(asker, await signed(dana, soon))).body.waits).toEqual(expect.any(String));
    // Of another issuer's, that of the first stands beside it.
    expect((await give(asker, await signed(ben, soon))).body).toMatchObject({ waits: null });
    pass(2_000);
    expect(stands()).toContain('lockdown by dana');
  });

  it('nobody approves what he asked for himself, by another session either, nor does a machine ask or approve', async () => {
    await asksToOpen();
    if (!asker) throw new Error('nobody is there');
    const elsewhere = await desk.signIn(asker, desk.browser());
    for (const browser of [of(asker), elsewhere])
      expect(await decide(browser, 'approve')).toEqual({
        status: 403,
        detail: expect.stringContaining('somebody else'),
      });
    const bearer = { authorization: `Bearer ${await tokenOf(desk.db, 'robot', ALL_RIGHTS)}` };
    const [one] = await waiting(third);
    const word = { decision: 'approve', digest: one.digest };
    const machine = desk.browser();
    expect((await machine.ask('POST', path(`orders/waiting/${one.approval}`), word, bearer)).status).toBe(403);
    const jws = await signed(dana);
    expect((await machine.ask('POST', path('orders'), { jws }, bearer)).status).toBe(403);
    expect(stands()).toEqual(['lockdown by dana']);
    expect(await decide(elsewhere, 'decline')).toMatchObject({ status: 200 });
    expect(await waiting(third)).toEqual([]);
  });

  it('who has no right there neither approves nor learns that something waits', async () => {
    await asksToOpen();
    const finance = await desk.employ({ [here]: ['finance'] });
    const stranger = await desk.employ({ [await desk.facility()]: ['administrator'] });
    const [seen] = await waiting(third);
    expect((await decide(finance.browser, 'approve', seen)).status).toBe(403);
    expect((await decide(stranger.browser, 'approve', seen)).status).toBe(404);
    expect((await stranger.browser.get(path('orders'))).status).toBe(404);
    // Under the other kind there is no such thing.
    expect((await decide(of(second), 'approve', seen, 'keys')).status).toBe(404);
    expect(stands()).toEqual(['lockdown by dana']);
  });

  it('is over after 15 minutes; up to then a phone takes the order as it was signed', async () => {
    await asksToOpen();
    const [seen] = await waiting(third);
    const scope = { kind: 'facility', facility: here } as const;
    const closed = order({ state: 'lockdown', issuer: 'ben', since: desk.clock.now - 1_000 });
    const late = (desk.clock.now + 15 * MINUTE) as Instant;
    const phone = { orders: [closed], sequences: { [`ben facility:${here}`]: closed.sequence } };
    const opening = order({});
    expect(judge(phone, opening, lockdownTopic(scope), late)).toMatchObject({ result: 'obeyed' });
    pass(15 * MINUTE - 1);
    expect(await waiting(third)).toHaveLength(1);
    pass(1);
    expect(await waiting(third)).toEqual([]);
    expect(await decide(of(second), 'approve', seen)).toEqual({ status: 409, detail: expect.stringContaining('over') });
    expect(stands()).toEqual(['lockdown by dana']);
    await asksToOpen();
    pass(15 * MINUTE - 1);
    expect(await decide(of(second), 'approve')).toMatchObject({ status: 200 });
    expect(stands()).toEqual(['open by dana']);
  });

  it('what was declined is not approved after, nor what is another than was seen', async () => {
    await asksToOpen();
    const [seen] = await waiting(third);
    expect((await decide(of(third), 'decline', seen)).status).toBe(200);
    expect(await decide(of(second), 'approve', seen)).toEqual({
      status: 409,
      detail: expect.stringContaining('declined'),
    });
    await asksToOpen();
    const [other] = await waiting(third);
    const content = await signed(ben);
    await desk.db.updateTable('approvals').set({ content }).where('id', '=', other.approval).execute();
    expect(await decide(of(second), 'approve', other)).toEqual({
      status: 409,
      detail: expect.stringContaining('not what'),
    });
    expect(stands()).toEqual(['lockdown by dana']);
  });

  it('counts no more where who asked has lost his role or is suspended meanwhile', async () => {
    await asksToOpen();
    const id = asker?.id;
    if (!id) throw new Error('nobody is there');
    await desk.db.updateTable('staff').set({ state: 'suspended' }).where('id', '=', id).execute();
    expect(await decide(of(second), 'approve')).toMatchObject({ status: 409 });
    await desk.db.updateTable('staff').set({ state: 'active' }).where('id', '=', id).execute();
    await desk.db.deleteFrom('staff_roles').where('staff', '=', id).execute();
    expect(await decide(of(second), 'approve')).toEqual({
      ...{ status: 409, detail: expect.stringContaining('may not do this any more') },
    });
    expect(stands()).toEqual(['lockdown by dana']);
  });

  it('of two who approve at once one does, and the order is handed on once', async () => {
    await asksToOpen();
    const [seen] = await waiting(third);
    const answers = await Promise.all([second, third, second, third].map((who) => decide(of(who), 'approve', seen)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409]);
    expect(await desk.lines('lockdown.order', here)).toHaveLength(2);
    expect(stands()).toEqual(['open by dana']);
  });

  it('does not open what was closed after it was signed: the approval fails, in the trail too', async () => {
    await asksToOpen();
    pass(1_000);
    await give(second, await signed(ben, { state: 'lockdown' }));
    expect(await decide(of(third), 'approve')).toEqual({
      ...{ status: 409, detail: expect.stringContaining('given before the order in force, which is by ben') },
    });
    expect(stands()).toEqual(['lockdown by dana', 'lockdown by ben']);
    expect(await desk.lines('approval.fail', here)).toMatchObject([{ why: expect.stringContaining('given before') }]);
  });

  it('what comes by the broker past the platform is not kept, but where it was approved elsewhere', async () => {
    pass(1_000);
    const topic = lockdownTopic({ kind: 'facility', facility: here });
    await keeper.receive(topic, Buffer.from(await signed(dana)));
    expect(stands()).toEqual(['lockdown by dana']);
    expect(alarms.at(-1)).toMatch(/^order-replaced .*no second person has approved it/);
    await asksToOpen();
    const { content } = await desk.db
      .selectFrom('approvals')
      .select('content')
      .where('facility', '=', here)
      .executeTakeFirstOrThrow();
    await keeper.receive(topic, Buffer.from(content));
    expect(stands()).toEqual(['lockdown by dana']);
    const approved = { decision: 'approved', decided: desk.clock.now, decided_by: second?.id ?? null } as const;
    await desk.db.updateTable('approvals').set(approved).where('facility', '=', here).execute();
    await keeper.receive(topic, Buffer.from(content));
    expect(stands()).toEqual(['open by dana']);
  });

  it('a new set of keys waits for a second administrator', async () => {
    const jws = await set(2);
    const put = await of(asker).ask('PUT', path('keys'), { jws });
    expect(put).toMatchObject({ status: 200, body: { sequence: 1, waits: expect.any(String) } });
    expect(await waiting(second, 'keys')).toMatchObject([{ told: { sequence: 2, issuers: ['dana', 'ben'] } }]);
    const [seen] = await waiting(second, 'keys');
    expect((await decide(of(third), 'approve', seen, 'keys')).status).toBe(403);
    expect((await decide(of(asker), 'approve', seen, 'keys')).status).toBe(403);
    await keeper.receive(`tierphone/v1/${here}/keys`, Buffer.from(jws));
    expect((await of(third).get(path('keys'))).body.sequence).toBe(1);
    expect((await decide(of(second), 'approve', seen, 'keys')).status).toBe(200);
    expect((await of(third).get(path('keys'))).body).toMatchObject({ sequence: 2, waiting: [] });
    expect(await desk.lines('keys.set', here)).toMatchObject([{ actor: second?.id, after: { sequence: 2 } }]);
  });
}
