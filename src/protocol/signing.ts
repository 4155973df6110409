import { CompactSign, compactVerify, decodeProtectedHeader } from 'jose';
import { z } from 'zod';
import type { OrderKeys, OrderPrivateKey } from './keys.ts';
import { LockdownOrder } from './lockdown.ts';
import { HotlineList } from './messages.ts';

const ALG = 'Ed25519';
/** Who signed documents are for: a signature made for something else is none here. */
const AUDIENCE = 'tierphone-terminal';

/** A signed document is not to be believed. The message says why, and names no secret. */
export class SignatureError extends Error {
  override readonly name = 'SignatureError';
}

/**
 * Signs a lockdown order: compact JWS, Ed25519 (RFC 8037, RFC 9864), `kid` the issuer.
 * @throws SignatureError where the order names another issuer than the key.
 */
export async function signOrder(order: LockdownOrder, key: OrderPrivateKey): Promise<string> {
  if (order.issuer !== key.kid) throw new SignatureError(`the order is by ${order.issuer}, the key is ${key.kid}'s`);
  return sign('tierphone-lockdown', LockdownOrder.parse(order), key);
}

/**
 * The order that `jws` carries, when it is signed by the one it names and he is among `keys`.
 * Scope, sequence and expiry are the receiver's to check.
 * @throws SignatureError
 */
export async function verifyOrder(jws: string, keys: OrderKeys): Promise<LockdownOrder> {
  const { content, issuer } = await verify('tierphone-lockdown', jws, keys, LockdownOrder);
  if (content.issuer !== issuer) throw new SignatureError(`signed by ${issuer}, but says it is by another`);
  return content;
}

/** Signs a facility's list of hotlines, as `signOrder` does an order. */
export async function signHotlines(list: HotlineList, key: OrderPrivateKey): Promise<string> {
  return sign('tierphone-hotlines', HotlineList.parse(list), key);
}

/**
 * The list of hotlines that `jws` carries, when it is signed by one of `keys`.
 * @throws SignatureError
 */
export async function verifyHotlines(jws: string, keys: OrderKeys): Promise<HotlineList> {
  return (await verify('tierphone-hotlines', jws, keys, HotlineList)).content;
}

async function sign(typ: string, content: unknown, key: OrderPrivateKey): Promise<string> {
  const payload = new TextEncoder().encode(JSON.stringify({ aud: AUDIENCE, content }));
  return new CompactSign(payload).setProtectedHeader({ alg: ALG, typ, kid: key.kid }).sign(key);
}

async function verify<T>(
  typ: string,
  jws: string,
  keys: OrderKeys,
  schema: z.ZodType<T>,
): Promise<{ content: T; issuer: string }> {
  const header = headerOf(jws);
  if (header.alg !== ALG) throw new SignatureError(`the algorithm must be ${ALG}`);
  if (header.typ !== typ) throw new SignatureError(`the type must be ${typ}`);
  const key = keys.keys.find((candidate) => candidate.kid === header.kid);
  if (!key) throw new SignatureError('signed by nobody whose orders are obeyed here');
  const payload = await compactVerify(jws, key, { algorithms: [ALG] }).then(
    (verified) => verified.payload,
    (cause: unknown) => {
      throw new SignatureError('the signature is not that of its issuer', { cause });
    },
  );
  const claims = Claims.safeParse(parse(payload));
  if (!claims.success) throw new SignatureError(`the audience must be ${AUDIENCE}`);
  const content = schema.safeParse(claims.data.content);
  if (!content.success) throw new SignatureError(`signed, but not as it should be: ${firstIssue(content.error)}`);
  return { content: content.data, issuer: key.kid };
}

const Claims = z.strictObject({ aud: z.literal(AUDIENCE), content: z.unknown() });

function headerOf(jws: string): { alg?: unknown; typ?: unknown; kid?: unknown } {
  try {
    return decodeProtectedHeader(jws);
  } catch (cause) {
    throw new SignatureError('not signed', { cause });
  }
}

function parse(payload: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(payload));
  } catch {
    return null;
  }
}

function firstIssue(error: z.ZodError): string {
  const [issue] = error.issues;
  return issue ? `${issue.path.join('.') || 'content'}: ${issue.message}` : 'unknown';
}
