import type { Command } from 'commander';
import type { MqttClient } from 'mqtt';
import { authorityOf, believeOrder } from '../../protocol/authority.ts';
import { type LockdownOrder, type LockdownScope, lockdownName } from '../../protocol/lockdown.ts';
import { signOrder } from '../../protocol/signing.ts';
import { lockdownTopic } from '../../protocol/topics.ts';
import type { FacilityId, Millis, TerminalId } from '../../protocol/units.ts';
import { inTime } from '../broker.ts';
import type { Seal } from '../profile.ts';
import { USAGE } from '../usage.ts';
import { nearOnes } from './near.ts';
import { callsAfter, type Outcome, outcomes, phonesOf } from './obeyed.ts';
import { readStanding } from './standing.ts';
import type { Watch } from './watch.ts';

/** What was asked for is wrong: nothing was ordered. */
class NotOrdered extends Error {
  override readonly name = 'NotOrdered';
}

/** Ends `command` as used wrongly where what was asked for is wrong; throws any other error on. */
export const orUsage =
  (command: Command) =>
  (error: Error): never => {
    if (error.cause instanceof NotOrdered) return command.error(`error: ${error.cause.message}`, { exitCode: USAGE });
    throw error;
  };

/**
 * The scope that people mean by `where`: the facility's name, a unit's or a phone's.
 * @throws NotOrdered where there is none of that name, or a unit and a phone
 */
export function scopeOf(where: string, facility: FacilityId, { phones }: Watch): LockdownScope {
  if (where === facility) return { kind: 'facility', facility };
  const unit = phones.find((phone) => phone.unit === where)?.unit;
  const terminal = phones.find((phone) => phone.terminal === where)?.terminal;
  if (unit && terminal)
    throw new NotOrdered(`${where} is a unit and a phone: say \`lockdown unit\` or \`lockdown terminal\``);
  if (unit) return { kind: 'unit', facility, unit };
  if (terminal) return { kind: 'terminal', facility, terminal };
  const names = [
    facility,
    ...phones.flatMap((phone) => [phone.terminal, ...(phone.unit === null ? [] : [phone.unit])]),
  ];
  throw new NotOrdered(`${facility} has no unit and no phone ${where}; ${nearOnes(where, names)}`);
}

/** @throws NotOrdered where nothing of that name is known; a facility's first order comes before its first phone. */
export function mustBeKnown(scope: LockdownScope, { phones }: Watch): void {
  if (scope.kind === 'facility' || phonesOf(scope, phones).length > 0) return;
  const [name, what, names] =
    scope.kind === 'unit'
      ? [scope.unit, 'unit', phones.flatMap(({ unit }) => unit ?? [])]
      : [scope.terminal, 'phone', phones.map(({ terminal }) => terminal)];
  throw new NotOrdered(`${scope.facility} has no ${what} ${name}; ${nearOnes(name, names)}`);
}

/**
 * What stands at the broker was signed by somebody whom the facility's phones believe: where none of it is by the set of keys that
 * lies beside the key, both are another facility's. A set that was named is taken at its word.
 * @throws NotOrdered
 */
export async function mustFitTheFacility({ keys, keysFile, keyFile, named }: Seal, { standing }: Watch): Promise<void> {
  if (named || standing.size === 0) return;
  const read = await readStanding(standing, keys);
  if (read.some(({ order }) => order !== null)) return;
  throw new NotOrdered(
    `${keyFile}: is another facility's key: what stands in this one is by none of ${keysFile}; if that set is right, say so by --keys`,
  );
}

/** What the key may stands in a signed set. @throws NotOrdered where no phone would obey the order by it */
export async function mustBeAllowed(
  order: LockdownOrder,
  { key, set, keysFile }: Seal,
  { phones }: Watch,
): Promise<void> {
  if (set === null) return;
  const unitOf = (terminal: TerminalId) => phones.find((phone) => phone.terminal === terminal)?.unit ?? null;
  const believed = believeOrder(await signOrder(order, key), await authorityOf(set, new Set()), unitOf);
  await believed.catch((cause: Error) => {
    throw new NotOrdered(`no phone would obey it: ${cause.message} (${keysFile})`);
  });
}

/**
 * Publishes, and waits until the broker hands the order back: its acknowledgement alone says nothing,
 * for MQTT 3.1.1 acknowledges what it denies.
 */
async function publish(client: MqttClient, watch: Watch, order: LockdownOrder, { key }: Seal): Promise<void> {
  const topic = lockdownTopic(order.scope);
  const jws = await signOrder(order, key);
  const published = client.publishAsync(topic, jws, { qos: 1, retain: true });
  await inTime(published, 'the broker does not acknowledge the order');
  // It has acknowledged: what it accepted is on its way back by now.
  const latest = Date.now() + 3_000;
  while (watch.standing.get(topic) !== jws && Date.now() < latest) await watch.change(latest - Date.now());
  if (watch.standing.get(topic) !== jws)
    throw new Error(
      `the order does not stand: this user may not write ${topic}, or the platform does not know ${order.issuer} (orders: in its file)`,
    );
}

/** What became of an order. */
export interface Aftermath {
  readonly outcomes: readonly Outcome[];
  readonly calls: { readonly ended: number; readonly goOn: number };
  /** From its publication until the last phone had said something, or nothing more was waited for. */
  readonly ms: number;
}

/** Publishes and follows `order` until each phone that is online obeys or refuses, for `wait` at most. */
export async function giveAndFollow(
  client: MqttClient,
  watch: Watch,
  order: LockdownOrder,
  seal: Seal,
  { wait, progress }: { wait: Millis; progress: (so: Aftermath) => void },
): Promise<Aftermath> {
  const before = phonesOf(order.scope, watch.phones);
  const refusals = watch.refused.length;
  const started = performance.now();
  await publish(client, watch, order, seal);
  for (;;) {
    const now = phonesOf(order.scope, watch.phones);
    const ms = performance.now() - started;
    const so = {
      outcomes: outcomes(order, now, watch.refused.slice(refusals)),
      calls: callsAfter(before, now),
      ms,
    };
    progress(so);
    if (ms >= wait || so.outcomes.every(({ result }) => result !== 'silent')) return so;
    await watch.change(wait - ms);
  }
}

/** An order in words. */
export function describe({ scope, state, mode, sequence }: LockdownOrder, until: string | null): string {
  const wanted = { open: 'open', disabled: 'disabled', lockdown: 'lockdown' }[state];
  const calls = { drop: 'calls in progress end now', drain: 'calls in progress may finish' }[mode];
  return `${lockdownName(scope)}: ${wanted}${state === 'open' ? '' : `, ${calls}`}${until === null ? '' : `, until ${until}`} (order ${sequence})`;
}
