import type { Logger } from 'pino';
import type { Instant } from '../protocol/units.ts';
import { inMeasure, openAlarm } from './alarm.ts';
import { Alerts } from './alerts/alerts.ts';
import { alertRoutes } from './alerts/routes.ts';
import { Backups } from './backup/backups.ts';
import { backupRoutes } from './backup/routes.ts';
import { startAdapting } from './callers/voiceprints/adapting.ts';
import { startErasing } from './callers/voiceprints/erasing.ts';
import { judgingWith, mustHave } from './callers/voiceprints/judging.ts';
import { openEndings } from './calls/endings.ts';
import { type LedgerEntry, ledger } from './calls/ledger.ts';
import { startSweeping } from './calls/sweeping.ts';
import type { PlatformConfig } from './config.ts';
import type { Control } from './context.ts';
import { Counters } from './counters.ts';
import { openDatabase } from './database/open.ts';
import { greetingRoutes } from './facilities/greeting-routes.ts';
import { Greetings } from './facilities/greetings.ts';
import { SettingsOfPhones } from './facilities/phone-settings.ts';
import { settingsRoutes } from './facilities/settings-routes.ts';
import { siteRoutes } from './facilities/site-file/routes.ts';
import { Sites } from './facilities/site-file/sites.ts';
import { askForVoices } from './facilities/voice.ts';
import { advertise } from './http/advertise.ts';
import { type AddRoutes, startApi } from './http/server.ts';
import { readKeys } from './keys.ts';
import { Leases } from './leases/leases.ts';
import { Connection, placeOf } from './link/connection.ts';
import { Inbox } from './link/inbox.ts';
import { Watching } from './link/watching.ts';
import { Feeds } from './live/feeds.ts';
import { liveRoutes } from './live/routes.ts';
import { welcomeFirst } from './people/first.ts';
import { startForgetting } from './people/sign-in/sweeping.ts';
import { openBroker } from './terminals/broker/open.ts';
import { openClaiming } from './terminals/claims/claiming.ts';
import { accountsOutside, brokerOfAll, brokerOfEach } from './terminals/claims/outside.ts';
import { Desk } from './terminals/desk.ts';
import { openExchange } from './terminals/exchange/open.ts';
import { Health } from './terminals/health/health.ts';
import { readIssuers } from './terminals/issuers.ts';
import { Keeper } from './terminals/keeper.ts';
import { keyRoutes } from './terminals/key-routes.ts';
import { KeySets } from './terminals/key-sets.ts';
import { orderRoutes } from './terminals/order-routes.ts';
import { standingOf } from './terminals/standing.ts';

/** A running platform. */
export interface Platform {
  /** Where the HTTP API listens, and while nobody runs the platform the token of the link by which the first comes; null where it is not configured. */
  readonly http: { readonly address: string; readonly first: string | null } | null;
  /** What staff do with keys and signed orders. */
  readonly desk: Desk;
  /** The latest lifts, newest first, those of tip lines too. */
  ledger(limit: number): Promise<readonly LedgerEntry[]>;
  /** Resolves when this process cannot go on: the embedded database is dead, or another platform has its name. */
  readonly failed: Promise<Error>;
  /** Finishes what is being worked on, then closes everything. */
  close(): Promise<void>;
}

/**
 * Starts the platform; `file` is where its configuration was read. A broker that cannot be reached does not stop it: it is tried until it is there.
 * @throws Error in one clear line where keys, database, name or port cannot be had; nothing is left running, and the broker was not asked.
 */
export async function startPlatform(
  config: PlatformConfig,
  log: Logger,
  file: string | null = null,
): Promise<Platform> {
  const { voiceprints, authority, ...keys } = await readKeys(config.keys);
  const judging = voiceprints && judgingWith(voiceprints);
  const issuers = await readIssuers(config.orders);
  const { credit, lockout } = config;
  let told: (cause: Error) => void = () => undefined;
  const failed = new Promise<Error>((resolve) => {
    told = resolve;
  });
  const database = await openDatabase(config.database, {
    fault: (cause) => log.error(`the database is not there: ${cause.message}: what is asked waits for it`),
    died: told,
  });
  const { db } = database;
  const now = () => Date.now() as Instant;
  const counters = new Counters();
  const tell = inMeasure((kind, where, what) => log.error({ alarm: kind, ...where }, what));
  const alerts = new Alerts({ db, now, counters }, log);
  const alarm = openAlarm(counters, (...alarm) => {
    tell(...alarm);
    alerts.raise(...alarm);
  });
  const keySets = new KeySets({ db, replies: keys.replies }, issuers, log);
  const hotlines: Control['hotlines'] = (facility) => keySets.hotlines(facility);
  const given = { db, now, credit, hotlines, judging };
  const control: Control = { ...keys, ...given, lockout, endings: openEndings(given), counters, alarm };
  const open: (() => Promise<void>)[] = [database.close, () => alerts.close()];
  const close = async () => {
    for (const part of open.splice(0).reverse()) await part();
  };
  let connection: Connection | null = null;
  try {
    for (const facility of await askForVoices(db)) mustHave(judging, facility);
    open.push(startSweeping(control, log));
    open.push(startErasing(control, log));
    open.push(startAdapting(control, log));
    open.push(startForgetting(control, log));
    await keySets.read();
    const settings = new SettingsOfPhones(control, issuers.keys());
    await settings.read();
    const greetings = new Greetings(control, issuers.keys());
    await greetings.read();
    const keeper = await Keeper.open(control, issuers, keySets, standingOf(settings, greetings), log);
    open.push(() => keeper.close());
    const desk = new Desk(control, keySets, keeper, (topic, payload) => connection?.handOn(topic, payload) ?? false);
    // Before port and link: one that is started beside another by mistake ends here, and has not thrown it off the broker.
    const leases = await Leases.open(db, placeOf(config.mqtt), log);
    open.push(() => leases.close());
    const vitals = () => ({
      broker: connection?.isUp ? ('up' as const) : ('down' as const),
      facilities: [...leases.facilities],
      counters: counters.all(),
    });
    const watching = new Watching();
    const health = new Health(control, watching, log);
    open.push(() => health.close());
    await health.serve(leases.facilities);
    const feeds = new Feeds(control, watching, log);
    alerts.onChange((facility) => feeds.alerted(facility));
    const live: AddRoutes = (app, door) => liveRoutes(app, door, feeds);
    const orders: AddRoutes = (app, door) => orderRoutes(app, door, desk);
    const keysOf: AddRoutes = (app, door) => keyRoutes(app, door, desk);
    const settingsOf: AddRoutes = (app, door) => settingsRoutes(app, door, settings, desk);
    const exchange = config.exchange ? openExchange(config.exchange) : null;
    if (exchange) open.push(() => exchange.close());
    const broker = openBroker(config.mqtt, authority);
    open.push(async () => broker?.close());
    const accounts = accountsOutside(broker ? brokerOfEach(broker) : await brokerOfAll(config.mqtt), exchange);
    const claiming = openClaiming(control, { accounts, issuers }, log);
    open.push(() => claiming.close());
    const greetingOf: AddRoutes = (app, door) => greetingRoutes(app, door, greetings, desk);
    const alertsOf: AddRoutes = (app, door) => alertRoutes(app, door, alerts);
    const sites = new Sites(database, { pepper: keys.pepper, voices: judging !== null });
    const sitesOf: AddRoutes = (app, door) => siteRoutes(app, door, sites, keys.pepper);
    const backups = new Backups({ db, now, config, file, fingerprint: keys.replies.kid }, log);
    const backupsOf: AddRoutes = (app, door) => backupRoutes(app, door, backups);
    const more = [live, alertsOf, orders, keysOf, settingsOf, greetingOf, sitesOf, claiming.routes, backupsOf];
    const api = config.http ? await startApi(config.http, control, vitals, log, more) : null;
    if (api) open.push(api.close);
    if (api && config.http?.advertise) {
      const advertised = advertise(api.url, keys.replies.kid, log);
      open.push(() => advertised.close());
    }
    const first = api && (await welcomeFirst(control, api.url, log));
    open.push(async () => feeds.close());
    const inbox = new Inbox(control, config.mqtt.replyLife, log);
    const link = new Connection(config.mqtt, { inbox, keeper, leases, watching }, counters, log);
    connection = link;
    open.push(() => link.close());
    leases.start(async (facilities) => {
      await Promise.all([link.serve(facilities), health.serve(facilities)]);
    }, told);
    await link.settled();
    return {
      http: api && { address: api.address, first },
      desk,
      failed,
      ledger: (limit) => ledger(db, limit),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
