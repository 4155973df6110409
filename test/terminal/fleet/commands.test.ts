import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { MqttClient } from 'mqtt';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Command, CommandOrder } from '../../../src/protocol/command.ts';
import { sign } from '../../../src/protocol/signed.ts';
import { signCommand } from '../../../src/protocol/signing.ts';
import { FacilityId } from '../../../src/protocol/units.ts';
import { aedes, type Broker } from './brokers.ts';
import { client, now, orderKey, Phone, REPORT, until } from './phone.ts';

let broker: Broker;
let staff: MqttClient;
let phone: Phone;
beforeAll(async () => {
  broker = await aedes();
  staff = await client(broker.url);
});
afterAll(async () => {
  await staff.endAsync();
  await broker.kill();
});
beforeEach(async () => {
  phone = await (await Phone.make()).start(broker.url);
  await phone.up();
});
afterEach(() => phone.remove());

const order = (change: object = {}): CommandOrder => ({
  facility: phone.facility,
  terminal: phone.terminal,
  command: { type: 'doctor' } satisfies Command,
  issuer: 'warden',
  sequence: 1,
  at: now(),
  exp: (now() + 60_000) as CommandOrder['exp'],
  ...change,
});
const publish = (jws: string) => staff.publishAsync(phone.topic('commands'), jws, { qos: 1 });
const give = async (change: object = {}, key = phone.warden) => publish(await signCommand(order(change), key));
const obeyed = () => phone.all('command').map((event) => event.order.sequence);
const refusals = () => phone.all('order-refused').map(({ reason }) => reason);

test('a command is told of once, and each of an issuer is newer than the last, over a restart', async () => {
  const jws = await signCommand(order(), phone.warden);
  await publish(jws);
  await until(() => obeyed().length === 1);
  await publish(jws);
  await give({ sequence: 3 });
  await until(() => obeyed().length === 2);
  await give({ sequence: 2 });
  await until(() => refusals().length === 1);
  await give({ sequence: 2, issuer: 'deputy' }, phone.deputy);
  await until(() => obeyed().length === 3);
  expect(obeyed()).toEqual([1, 3, 2]);
  expect(refusals()).toEqual(['replayed: its sequence is 2, 3 was obeyed before']);

  await phone.stop();
  phone.tape.length = 0;
  await phone.start(broker.url);
  await phone.up();
  await publish(jws);
  await until(() => refusals().length === 1);
  expect(refusals()[0]).toMatch(/^replayed/);
});

test('what is late, for another, by a stranger or signed for something else is refused, and says why', async () => {
  await give({ sequence: 5, at: now() - 90_000, exp: now() - 30_000 });
  await until(() => refusals().length === 1);
  await give({ sequence: 6, at: now() + 700_000, exp: now() + 800_000 });
  await until(() => refusals().length === 2);
  await give({ sequence: 7, facility: FacilityId.parse('elsewhere') });
  await until(() => refusals().length === 3);
  await publish(await signCommand(order({ issuer: 'stranger' }), await orderKey('stranger')));
  await until(() => refusals().length === 4);
  const purpose = { typ: 'tierphone-lockdown', audience: 'tierphone-terminal' };
  await publish(await sign(purpose, order(), phone.warden));
  await until(() => refusals().length === 5);
  expect(refusals()).toEqual([
    expect.stringMatching(/^expired \d+ ms ago/),
    'was given in the future; are the clocks right?',
    'is for elsewhere/B-1',
    'signed by nobody whose orders are obeyed here',
    'the type must be tierphone-command',
  ]);
  expect(obeyed()).toEqual([]);
});

test('a command good for longer than ten minutes is none', () => {
  expect(CommandOrder.safeParse(order({ exp: now() + 700_000 })).success).toBe(false);
});

test('with what is kept of commands damaged, none given before is obeyed', async () => {
  await give();
  await until(() => obeyed().length === 1);
  const old = await signCommand(order({ sequence: 9 }), phone.warden);
  await phone.stop();
  const file = join(phone.folder, 'commands.json');
  await writeFile(file, (await readFile(file, 'utf8')).replace('"warden":1', '"warden":0'));
  phone.tape.length = 0;
  await phone.start(broker.url);
  await phone.up();
  await publish(old);
  await until(() => refusals().length === 1);
  expect(refusals()).toEqual(['was given before what is kept of commands was damaged']);
  await give({ sequence: 10 });
  await until(() => obeyed().length === 1);
});

test('a status goes to the broker and back, and one that does not is said to', async () => {
  await expect(phone.fleet.roundTrip()).rejects.toThrow('there is no status yet');
  phone.fleet.report(REPORT);
  expect(await phone.fleet.roundTrip()).toBeGreaterThanOrEqual(0);
  expect(phone.fleet.platformAhead).toBeNull();
});
