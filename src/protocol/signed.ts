import { CompactSign, type CryptoKey, compactVerify, decodeProtectedHeader, type JWK } from 'jose';
import { z } from 'zod';

const ALG = 'Ed25519';

/** A signed document is not to be believed. The message says why, and names no secret. */
export class SignatureError extends Error {
  override readonly name = 'SignatureError';
}

/** What a signature is for: one made for something else is none. */
export interface Purpose {
  /** Kind of document (`typ` of the header). */
  readonly typ: string;
  /** For whom (`aud` of the payload). */
  readonly audience: string;
}

const Claims = z.strictObject({ aud: z.string(), content: z.unknown() });

/** A private key that only its holder can use, as a browser keeps one that cannot be taken out (WebCrypto, Ed25519). */
export interface HeldKey {
  readonly kid: string;
  readonly held: CryptoKey;
}

/** Signs `content`: compact JWS, Ed25519 (RFC 8037, RFC 9864), `kid` of the key; `header` is added to the header. */
export async function sign(
  { typ, audience }: Purpose,
  content: unknown,
  key: (JWK & { kid: string }) | HeldKey,
  header: { jwk?: JWK } = {},
): Promise<string> {
  const payload = new TextEncoder().encode(JSON.stringify({ aud: audience, content }));
  return new CompactSign(payload)
    .setProtectedHeader({ ...header, alg: ALG, typ, kid: key.kid })
    .sign(isHeld(key) ? key.held : key);
}

const isHeld = (key: (JWK & { kid: string }) | HeldKey): key is HeldKey => 'held' in key;

/** The header of a JWS, before anything of it is believed. */
export type Header = Readonly<Record<'alg' | 'typ' | 'kid' | 'jwk', unknown>>;

/** The one of `keys` that a header names. @throws SignatureError in the words of `none` where there is none */
export const among =
  <K extends { kid: string }>(keys: readonly K[], none: string) =>
  ({ kid }: Header): K => {
    const key = keys.find((candidate) => candidate.kid === kid);
    if (!key) throw new SignatureError(none);
    return key;
  };

/**
 * The content that `jws` carries, when it is signed for `purpose` by the key that `keyOf` gives for its header.
 * @throws SignatureError
 */
export async function verify<T, K extends JWK & { kid: string }>(
  { typ, audience }: Purpose,
  jws: string,
  keyOf: (header: Header) => K,
  schema: z.ZodType<T>,
): Promise<{ content: T; key: K }> {
  const header = headerOf(jws);
  if (header.alg !== ALG) throw new SignatureError(`the algorithm must be ${ALG}`);
  if (header.typ !== typ) throw new SignatureError(`the type must be ${typ}`);
  const key = keyOf(header);
  const payload = await compactVerify(jws, key, { algorithms: [ALG] }).then(
    (verified) => verified.payload,
    (cause: unknown) => {
      throw new SignatureError('the signature is not that of its issuer', { cause });
    },
  );
  const claims = Claims.safeParse(parse(payload));
  if (claims.data?.aud !== audience) throw new SignatureError(`the audience must be ${audience}`);
  const content = schema.safeParse(claims.data.content);
  if (!content.success) throw new SignatureError(`signed, but not as it should be: ${firstIssue(content.error)}`);
  return { content: content.data, key };
}

function headerOf(jws: string): Header {
  try {
    const { alg, typ, kid, jwk } = decodeProtectedHeader(jws);
    return { alg, typ, kid, jwk };
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
