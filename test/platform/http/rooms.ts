import { pino } from 'pino';
import { Alerts } from '../../../src/platform/alerts/alerts.ts';
import { alertRoutes } from '../../../src/platform/alerts/routes.ts';
import { Backups } from '../../../src/platform/backup/backups.ts';
import { backupRoutes } from '../../../src/platform/backup/routes.ts';
import { PlatformConfig } from '../../../src/platform/config.ts';
import type { Control } from '../../../src/platform/context.ts';
import { greetingRoutes } from '../../../src/platform/facilities/greeting-routes.ts';
import { Greetings } from '../../../src/platform/facilities/greetings.ts';
import { SettingsOfPhones } from '../../../src/platform/facilities/phone-settings.ts';
import { settingsRoutes } from '../../../src/platform/facilities/settings-routes.ts';
import { siteRoutes } from '../../../src/platform/facilities/site-file/routes.ts';
import { Sites } from '../../../src/platform/facilities/site-file/sites.ts';
import type { AddRoutes } from '../../../src/platform/http/server.ts';
import { Watching } from '../../../src/platform/link/watching.ts';
import { Feeds } from '../../../src/platform/live/feeds.ts';
import { liveRoutes } from '../../../src/platform/live/routes.ts';
import { openClaiming } from '../../../src/platform/terminals/claims/claiming.ts';
import { accountsOutside, brokerOfAll } from '../../../src/platform/terminals/claims/outside.ts';
import { Desk } from '../../../src/platform/terminals/desk.ts';
import { Keeper } from '../../../src/platform/terminals/keeper.ts';
import { keyRoutes } from '../../../src/platform/terminals/key-routes.ts';
import { KeySets } from '../../../src/platform/terminals/key-sets.ts';
import { orderRoutes } from '../../../src/platform/terminals/order-routes.ts';

const log = pino({ level: 'silent' });

/** The rooms that have more than the database, as a platform opens them that has no link to its broker and keeps no orders. */
export async function linkedRooms(control: Control): Promise<readonly AddRoutes[]> {
  const keys = new KeySets(control, new Map(), log);
  const settings = new SettingsOfPhones(control, []);
  const greetings = new Greetings(control, []);
  const keeper = await Keeper.open(control, new Map(), keys, settings, log);
  const desk = new Desk(control, keys, keeper, () => false);
  const feeds = new Feeds(control, new Watching(), log);
  const alerts = new Alerts(control, log);
  const broker = await brokerOfAll({ url: 'mqtt://127.0.0.1' });
  const claiming = openClaiming(control, { accounts: accountsOutside(broker, null), issuers: new Map() }, log);
  const sites = new Sites({ db: control.db, access: {} }, { pepper: control.pepper, voices: true });
  const config = PlatformConfig.parse({
    database: { kind: 'embedded', folder: '-' },
    mqtt: { url: 'mqtt://127.0.0.1' },
    keys: { platform: '-', pepper: '-' },
  });
  const backups = new Backups({ ...control, config, file: null, fingerprint: control.replies.kid }, log);
  return [
    (app, door) => backupRoutes(app, door, backups),
    (app, door) => {
      alertRoutes(app, door, alerts);
      app.addHook('onClose', () => alerts.close());
    },
    (app, door) => {
      claiming.routes(app, door);
      app.addHook('onClose', () => claiming.close());
    },
    (app, door) => liveRoutes(app, door, feeds),
    (app, door) => orderRoutes(app, door, desk),
    (app, door) => keyRoutes(app, door, desk),
    (app, door) => settingsRoutes(app, door, settings, desk),
    (app, door) => greetingRoutes(app, door, greetings, desk),
    (app, door) => siteRoutes(app, door, sites, control.pepper),
  ];
}
