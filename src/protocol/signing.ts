import type { z } from 'zod';
import { CommandOrder } from './command.ts';
import type { OrderKeys, OrderPrivateKey, ReplyPrivateKey, ReplyPublicKey } from './keys.ts';
import { LockdownOrder } from './lockdown.ts';
import { HotlineList, ReplyMessage } from './messages.ts';
import { among, type HeldKey, SignatureError, sign, verify } from './signed.ts';

export { SignatureError } from './signed.ts';

/** Who these documents are for: a signature made for something else is none here. */
const audience = 'tierphone-terminal';
const LOCKDOWN = { typ: 'tierphone-lockdown', audience };
const COMMAND = { typ: 'tierphone-command', audience };
const REPLY = { typ: 'tierphone-reply', audience };
const HOTLINES = { typ: 'tierphone-hotlines', audience };

/**
 * Signs a lockdown order; `kid` is the issuer.
 * @throws SignatureError where the order names another issuer than the key.
 */
export async function signOrder(order: LockdownOrder, key: OrderPrivateKey | HeldKey): Promise<string> {
  mustBeBy(order.issuer, key);
  return sign(LOCKDOWN, LockdownOrder.parse(order), key);
}

/**
 * The order that `jws` carries, when it is signed by the one it names and he is among `keys`.
 * Scope, sequence and expiry are the receiver's to check.
 * @throws SignatureError
 */
export const verifyOrder = (jws: string, keys: OrderKeys): Promise<LockdownOrder> =>
  verifyIssued(LOCKDOWN, jws, keys, LockdownOrder);

/** Signs a command, as `signOrder` does a lockdown. @throws SignatureError */
export async function signCommand(order: CommandOrder, key: OrderPrivateKey | HeldKey): Promise<string> {
  mustBeBy(order.issuer, key);
  return sign(COMMAND, CommandOrder.parse(order), key);
}

/** The command that `jws` carries, as `verifyOrder` gives a lockdown. @throws SignatureError */
export const verifyCommand = (jws: string, keys: OrderKeys): Promise<CommandOrder> =>
  verifyIssued(COMMAND, jws, keys, CommandOrder);

/** Signs a facility's list of hotlines, as `signOrder` does an order. */
export async function signHotlines(list: HotlineList, key: OrderPrivateKey | HeldKey): Promise<string> {
  return sign(HOTLINES, HotlineList.parse(list), key);
}

/**
 * The list of hotlines that `jws` carries, when it is signed by one of `keys`, and whose key that is.
 * @throws SignatureError
 */
export async function verifyHotlines(jws: string, keys: OrderKeys): Promise<{ list: HotlineList; issuer: string }> {
  const { content: list, key } = await verify(HOTLINES, jws, obeyed(keys), HotlineList);
  return { list, issuer: key.kid };
}

/** Signs an answer of the platform. */
export const signReply = (reply: ReplyMessage, key: ReplyPrivateKey): Promise<string> => sign(REPLY, reply, key);

/**
 * The answer that `jws` carries, when it is signed by one of the platform's keys. Whom it is for, what it answers and until when it is
 * good are the receiver's to check.
 * @throws SignatureError
 */
export async function verifyReply(jws: string, keys: readonly ReplyPublicKey[]): Promise<ReplyMessage> {
  return (await verify(REPLY, jws, among(keys, 'signed by nobody who is the platform here'), ReplyMessage)).content;
}

function mustBeBy(issuer: string, key: { readonly kid: string }): void {
  if (issuer !== key.kid) throw new SignatureError(`the order is by ${issuer}, the key is ${key.kid}'s`);
}

const obeyed = ({ keys }: OrderKeys) => among(keys, 'signed by nobody whose orders are obeyed here');

async function verifyIssued<T extends { issuer: string }>(
  purpose: typeof LOCKDOWN,
  jws: string,
  keys: OrderKeys,
  schema: z.ZodType<T>,
): Promise<T> {
  const { content, key } = await verify(purpose, jws, obeyed(keys), schema);
  if (content.issuer !== key.kid) throw new SignatureError(`signed by ${key.kid}, but says it is by another`);
  return content;
}
