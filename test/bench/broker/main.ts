import { pbkdf2Sync, randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import type { MqttClient } from 'mqtt';
import { type Account, accountOfPhone } from '../../../src/platform/terminals/broker/account.ts';
import { There } from '../../../src/platform/terminals/broker/changes.ts';
import { Control } from '../../../src/platform/terminals/broker/control.ts';
import { FacilityId, TerminalId, UnitId } from '../../../src/protocol/units.ts';
import { Deployed } from '../../platform/terminals/broker/deployed.ts';
import { phoneKey } from '../../platform/terminals/broker/phone-key.ts';
import { cpuOf } from '../endings/cpu.ts';
import { type Samples, summarise, table } from '../samples.ts';

const facility = FacilityId.parse('county');
const PASSWORD = 'secret';
/** Phones in a unit. */
const UNIT = 50;
const ADMIN = { username: 'broker-admin', password: PASSWORD };

const placeOf = (kind: string, n: number) => ({
  facility,
  unit: UnitId.parse(`U-${Math.floor(n / UNIT)}`),
  terminal: TerminalId.parse(`${kind}-${n}`),
});

const program = new Command('npm run bench:broker --')
  .description(
    'Times changes of accounts at Mosquitto that has many: each by itself, many in a message, a hundred phones as the platform gives them theirs, with what others wait for meanwhile; and what a login costs the broker, by password and by certificate.',
  )
  .option('--accounts <number>', 'of phones, in the file', '20000')
  .option('--batch <number>', 'phones whose accounts are made in one message: the broker must do it in 30 s', '20')
  .option('--phones <number>', 'that are given accounts', '100')
  .option('--logins <number>', 'of each kind', '200')
  .option('--by <what>', 'with what the phones of the file have theirs: key or password', 'key')
  .action(async (flags: Record<'accounts' | 'batch' | 'phones' | 'logins' | 'by', string>) => {
    const broker = await Deployed.open();
    try {
      await broker.mosquitto.kill();
      fill(join(broker.mosquitto.folder, 'dynamic-security.json'), Number(flags.accounts), flags.by === 'password');
      const { username, password } = { username: 'terminal/county/T-0', password: PASSWORD };
      const began = performance.now();
      await broker.mosquitto.start();
      console.log(`${flags.accounts} accounts by ${flags.by}: up after ${(performance.now() - began).toFixed(0)} ms`);
      const samples: Samples[] = [];
      const timed = async (name: string, deeds: readonly (() => Promise<unknown>)[]) => {
        const values: number[] = [];
        for (const deed of deeds) values.push(await took(deed));
        samples.push({ name, unit: 'ms', values, target: null });
      };
      const url = `mqtts://127.0.0.1:${broker.mosquitto.port}`;
      const control = await Control.open({ url, ca: broker.ca, ...ADMIN });
      const many = Array.from({ length: Number(flags.batch) + 5 }, (_, n) => give(`key-${n}`, placeOf('N', n)));
      await timed(
        'one change',
        many.slice(0, 5).flatMap((commands) => commands.map((command) => () => control.say([command]))),
      );
      const rest = many.slice(5).flat();
      await timed(`${rest.length} changes in one message`, [() => control.say(rest)]);
      await control.close();

      const { username: any, password: secret } = await broker.mosquitto.anybody();
      const waits = await waiting(await broker.byPassword(any, secret));
      const keys = await Promise.all(Array.from({ length: Number(flags.phones) }, phoneKey));
      const places = keys.map((_, n) => placeOf('P', n));
      await timed(`${keys.length} phones given accounts`, [
        () => Promise.all(keys.map(({ known }, n) => broker.accounts.give(places[n] as (typeof places)[0], known))),
      ]);
      samples.push({ name: 'what others waited for meanwhile', unit: 'ms', values: await waits(), target: null });
      const [first] = keys;
      if (first === undefined) throw new Error('one phone is wanted');
      const login = await broker.accounts.give(placeOf('P', 0), first.known);
      const each = Array.from({ length: Number(flags.logins) });
      const cost = async (name: string, come: () => Promise<MqttClient>) => {
        const before = cpuOf(broker.mosquitto.pid ?? 0);
        await timed(
          `login ${name}`,
          each.map(() => async () => (await come()).endAsync()),
        );
        const ms = ((cpuOf(broker.mosquitto.pid ?? 0) - before) * 1_000) / each.length;
        console.log(`a login ${name} costs the broker ${ms.toFixed(2)} ms`);
      };
      await cost('by certificate', () => broker.phone(login, first.pem));
      if (flags.by === 'password') await cost('by password', () => broker.byPassword(username, password));
      await timed('one revoked', [() => broker.accounts.revoke(placeOf('P', 0), first.known)]);
      console.log(table(samples.map(summarise)));
    } finally {
      await broker.close();
    }
  });

/** The commands that give an account that is not there; its unit's role is of an earlier one's. */
function give(kid: string, place: ReturnType<typeof placeOf>) {
  const { name, roles, ...account } = accountOfPhone(place, kid);
  return new There([]).bring({ account: { name, ...account, roles: roles.slice(0, 1) }, gone: [] });
}

/** Writes accounts where Mosquitto reads them at its start. */
function fill(file: string, count: number, byPassword: boolean): void {
  const security = JSON.parse(readFileSync(file, 'utf8'));
  const salt = randomBytes(12);
  const password = pbkdf2Sync(PASSWORD, salt, 101, 64, 'sha512').toString('base64');
  const secret = { password, salt: salt.toString('base64'), iterations: 101 };
  const units = new Set<string>();
  for (let n = 0; n < count; n++) {
    const account: Account = accountOfPhone(
      placeOf('T', n),
      byPassword ? undefined : randomBytes(32).toString('base64url'),
    );
    for (const { name, rights } of account.roles) {
      if (units.has(name)) continue;
      units.add(name);
      security.roles.push({ rolename: name, acls: rights.map((right) => ({ ...right, priority: 0 })) });
    }
    const roles = account.roles.map(({ name }) => ({ rolename: name }));
    const own = byPassword ? { clientid: account.name, ...secret } : {};
    security.clients.push({ username: account.name, textname: account.text, roles, ...own });
  }
  writeFileSync(file, JSON.stringify(security));
}

async function took(deed: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await deed();
  return performance.now() - began;
}

/** Sends itself a message over and over; gives how long each took until it is asked. */
async function waiting(client: MqttClient): Promise<() => Promise<number[]>> {
  const topic = 'tierphone/v1/bystander';
  await client.subscribeAsync(topic, { qos: 1 });
  const values: number[] = [];
  let going = true;
  const round = () =>
    took(async () => {
      const heard = new Promise((resolve) => client.once('message', resolve));
      await client.publishAsync(topic, 'there', { qos: 1 });
      await heard;
    });
  const all = (async () => {
    while (going) values.push(await round());
  })();
  return async () => {
    going = false;
    await all;
    return values;
  };
}

await program.parseAsync();
