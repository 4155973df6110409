import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Alerts } from '../../../src/platform/alerts/alerts.ts';
import { forgetAlerts } from '../../../src/platform/alerts/kept.ts';
import { alertRoutes } from '../../../src/platform/alerts/routes.ts';
import type { Alert } from '../../../src/protocol/api/alerts.ts';
import type { Instant } from '../../../src/protocol/units.ts';
import { openAsking } from '../http/asking.ts';
import { type Setup, siteFile } from '../world.ts';

type Raise = Parameters<Alerts['raise']>;

export function alertSuite(setup: () => Setup): void {
  const facility = `f-${randomUUID()}`;
  const told: string[] = [];
  let api: Awaited<ReturnType<typeof openAsking>>;
  const opened = (): Alerts => {
    const alerts = new Alerts(setup().world.control, pino({ level: 'silent' }));
    alerts.onChange((of) => told.push(of));
    return alerts;
  };

  beforeAll(async () => {
    const { world } = setup();
    await world.import(siteFile(facility));
    const alerts = opened();
    api = await openAsking(world.control, facility, [
      (app, door) => {
        alertRoutes(app, door, alerts);
        app.addHook('onClose', () => alerts.close());
      },
    ]);
  });
  afterAll(() => api?.close());

  /** Raises alarms and waits until they are kept. */
  const raise = async (...alarms: Raise[]): Promise<void> => {
    const alerts = opened();
    for (const alarm of alarms) alerts.raise(...alarm);
    await alerts.close();
  };
  const list = async (query = '', ask = api.askAsStaff) =>
    (await ask('GET', `/alerts?${query}`)).body.items as (Alert & { id: number })[];
  const differs = (terminal: string, call = '1', of = facility): Raise => [
    ...(['record-differs', { facility: of, terminal, call }, `of call ${call}`] as const),
  ];
  const shortly = (items: readonly Alert[]) => items.map(({ kind, place, times }) => `${kind} ${place} ${times}`);

  it('gathers all of one kind and one place, whenever they come, until somebody acknowledges them', async () => {
    const { world } = setup();
    await raise(differs('t1'), differs('t1'), differs('t2'));
    expect(told).toEqual([facility]);
    world.pass(60_000);
    await raise(differs('t1', '7'), ['order-replaced', { topic: `tierphone/v1/${facility}/units/a/lockdown` }, 'x']);
    const open = await list();
    expect(shortly(open).sort()).toEqual([
      'order-replaced units/a/lockdown 1',
      'record-differs t1 3',
      'record-differs t2 1',
    ]);
    const one = open.find(({ place }) => place === 't1');
    expect(Date.parse(one?.last ?? '') - Date.parse(one?.first ?? '')).toBe(60_000);
    expect(one).toMatchObject({ what: 'of call 7', acknowledged: null, acknowledged_by: null });

    expect(await api.askAsStaff('POST', `/alerts/${one?.id}/acknowledge`, {})).toMatchObject({ status: 403 });
    const done = await api.ask('POST', `/alerts/${one?.id}/acknowledge`, {});
    expect(done).toMatchObject({ status: 200, body: { acknowledged_by: 'Admin from 127.0.0.1', times: 3 } });
    expect(told.at(-1)).toBe(facility);
    const again = await api.ask('POST', `/alerts/${one?.id}/acknowledge`, {});
    expect(again).toMatchObject({ status: 409, body: { detail: expect.stringContaining('by Admin') } });
    expect(await api.ask('POST', '/alerts/999999999/acknowledge', {})).toMatchObject({ status: 404 });
    const trail = await api.ask('GET', '/trail?what=alert.acknowledge');
    const after = { kind: 'record-differs', place: 't1', times: 3 };
    expect(trail.body.items).toMatchObject([{ actor_name: 'Admin', subject: { alert: String(one?.id) }, after }]);

    await raise(differs('t1'));
    expect(shortly(await list()).sort()).toContain('record-differs t1 1');
    expect(shortly(await list('state=acknowledged'))).toEqual(['record-differs t1 3']);
  });

  it('comes in pieces, the last that happened first', async () => {
    setup().world.pass(60_000);
    await raise(differs('t2'));
    const [first, ...rest] = await list();
    expect(first).toMatchObject({ place: 't2', times: 2 });
    const { body } = await api.ask('GET', '/alerts?limit=1');
    expect(body.items).toEqual([first]);
    expect(await list(`after=${body.next}`)).toEqual(rest);
  });

  it('keeps none of a facility that nobody made, nor more than can be looked at', async () => {
    await raise(differs('t1', '1', `f-${randomUUID()}`));
    const here = `f-${randomUUID()}`;
    await setup().world.import(siteFile(here));
    for (const round of [0, 1]) await raise(...range(1_000).map((n) => differs(`p${round}-${n}`, '1', here)));
    const { rows } = await countOf(here);
    expect(rows).toBe(1_000);
    expect((await countOf(facility)).rows).toBeGreaterThan(0);
  });

  it('is forgotten when it is long ago', async () => {
    const { db, now } = setup().world.control;
    await forgetAlerts(db, (now() - 1) as Instant);
    expect(shortly(await list())).toEqual(['record-differs t2 2']);
  });

  const range = (count: number) => Array.from({ length: count }, (_, n) => n);
  const countOf = async (of: string) =>
    setup()
      .world.control.db.selectFrom('alerts')
      .select((eb) => eb.fn.countAll<number>().as('rows'))
      .where('facility', '=', of as never)
      .executeTakeFirstOrThrow();
}
