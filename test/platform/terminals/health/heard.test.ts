import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, connectAsync, type IClientOptions, type MqttClient } from 'mqtt';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bringSite } from '../../../../sim/world/bring-site.ts';
import { PlatformConfig } from '../../../../src/platform/config.ts';
import { Site } from '../../../../src/platform/facilities/site.ts';
import { type Platform, startPlatform } from '../../../../src/platform/main.ts';
import type { LiveEvent } from '../../../../src/protocol/api/live.ts';
import type { TerminalStatus } from '../../../../src/protocol/messages.ts';
import { type TerminalChannel, terminalTopic } from '../../../../src/protocol/topics.ts';
import { FacilityId, TerminalId } from '../../../../src/protocol/units.ts';
import { makePlatformKeys } from '../../../platform-keys.ts';
import { hasDeployable, Mosquitto } from '../../../process/mosquitto.ts';
import { listen } from '../../live/listening.ts';
import { ALL_RIGHTS, firstTokens } from '../../people/machine.ts';
import { siteFile } from '../../world.ts';
import { lost, messageOf, well } from './statuses.ts';

const PATIENCE = { timeout: 20_000 };
const cedar = FacilityId.parse('cedar');
const topicOf = (terminal: string, channel: TerminalChannel) =>
  terminalTopic(cedar, TerminalId.parse(terminal), channel);

describe.skipIf(!hasDeployable)('phones that are heard all the time (needs mosquitto)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tierphone-health-'));
  let broker: Mosquitto;
  let config: PlatformConfig;
  let platform: Platform;
  let phones: MqttClient;
  let anybody: { username: string; password: string };
  let admin = '';

  const client = (options: IClientOptions) => connectAsync(`mqtt://127.0.0.1:${broker.port}`, options);
  const say = (terminal: string, status: TerminalStatus) =>
    phones.publishAsync(topicOf(terminal, 'status'), messageOf(status, Date.now()), { qos: 1, retain: true });
  const headers = () => ({ authorization: `Bearer ${admin}` });
  const out = async (): Promise<string[]> => {
    const day = (after: number) => new Date(Date.now() + after * 86_400_000).toISOString().slice(0, 10);
    const path = `reports/outages?first=${day(-1)}&last=${day(1)}`;
    const answer = await fetch(`${platform.http?.address}/api/facilities/cedar/${path}`, { headers: headers() });
    const { items } = (await answer.json()) as { items: { terminal: string; what: string[]; since: string | null }[] };
    return items.map(({ terminal, what }) => `${terminal}: ${what.join()}`).sort();
  };
  const look = () => listen(`${platform.http?.address}/api/facilities/cedar/live`, headers());
  const phoneIn = (event: LiveEvent, terminal: string) =>
    'phones' in event ? event.phones.find((one) => one.terminal === terminal) : undefined;

  beforeAll(async () => {
    broker = await Mosquitto.open();
    const keys = await makePlatformKeys();
    writeFileSync(join(folder, 'platform'), keys.file);
    writeFileSync(join(folder, 'pepper'), randomBytes(32));
    const { username, password } = await broker.account('platform', 'platform-1');
    config = PlatformConfig.parse({
      database: { kind: 'embedded', folder: join(folder, 'db') },
      mqtt: { url: `mqtt://127.0.0.1:${broker.port}`, username, password },
      http: { port: 0 },
      keys: { platform: join(folder, 'platform'), pepper: join(folder, 'pepper') },
    });
    const lines: string[] = [];
    const log = pino({ level: 'warn' }, { write: (line: string) => void lines.push(line) });
    await bringSite(config, Site.parse(siteFile('cedar')));
    platform = await startPlatform(config, log);
    ({ admin } = await firstTokens(lines.join(), { admin: ALL_RIGHTS }));
    anybody = await broker.anybody();
    phones = await client(anybody);
  }, 180_000);
  afterAll(async () => {
    await phones?.endAsync(true);
    await platform?.close();
    await broker?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('are known to be out of order though no page looks, by their will too', async () => {
    await say('t1', well({ faults: ['handset-audio'] }));
    const connected = Date.now();
    const will = {
      topic: topicOf('t2', 'status'),
      payload: messageOf(lost(), connected),
      qos: 1,
      retain: true,
    } as const;
    const torn = await client({ ...anybody, will, reconnectPeriod: 0 });
    await say('t2', well());
    await say('t3', well());
    await expect.poll(out, PATIENCE).toEqual(['t1: handset-audio']);
    const before = Date.now();
    torn.stream.destroy();
    await expect.poll(out, PATIENCE).toEqual(['t1: handset-audio', 't2: offline']);

    // A page that comes later is told all phones, and since when that one is lost: not since its link came up.
    const live = await look();
    const told = await live.next((event) => phoneIn(event, 't2')?.online === false);
    expect(phoneIn(told, 't1')).toMatchObject({ online: true, faults: ['handset-audio'] });
    expect(Date.parse(phoneIn(told, 't2')?.since ?? '')).toBeGreaterThanOrEqual(before);
    const second = await look();
    await second.next((event) => phoneIn(event, 't2')?.online === false && phoneIn(event, 't3')?.online === true);
    await second.close();
    await live.close();
  });

  it('are heard again after the broker was away', async () => {
    await broker.kill();
    await broker.start();
    await expect.poll(() => phones.connected, PATIENCE).toBe(true);
    await say('t3', well({ registration: 'unregistered' }));
    await expect.poll(out, PATIENCE).toEqual(['t1: handset-audio', 't2: offline', 't3: not-registered']);
  });

  it('fill nothing of what the broker keeps for a platform that is away, and are known when it is back', async () => {
    await platform.close();
    for (let n = 0; n < 200; n++) await say('t1', well({ hook: n % 2 ? 'on' : 'off' }));
    await say('t4', well({ faults: ['keypad'] }));
    await phones.publishAsync(topicOf('t1', 'requests'), 'kept', { qos: 1 });
    const { username = '', password = '' } = config.mqtt;
    const kept: string[] = [];
    const away = connect(config.mqtt.url, { username, password, clientId: username, clean: false });
    away.on('message', (topic) => void kept.push(topic));
    await expect.poll(() => kept, PATIENCE).toContain(topicOf('t1', 'requests'));
    expect(kept).toEqual([topicOf('t1', 'requests')]);
    await away.endAsync();
    platform = await startPlatform(config, pino({ level: 'silent' }));
    await expect.poll(out, PATIENCE).toEqual(['t1: handset-audio', 't2: offline', 't3: not-registered', 't4: keypad']);
  }, 60_000);
});
