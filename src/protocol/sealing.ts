import { base64url, CompactEncrypt, compactDecrypt, type JWK } from 'jose';
import { z } from 'zod';
import { CallSecret, SecretBytes } from './call-secret.ts';
import { Pin } from './pin.ts';
import { NameSound, SpokenName } from './spoken-name.ts';
import { CallId, TerminalId } from './units.ts';
import { Voice, Voices } from './voice.ts';

const ENC = 'A256GCM';
/** Every PIN is padded to this length, so that the size of what is sent does not tell how long it is. */
const LENGTH = 32;

/** What was sealed is good for: this call of this terminal and no other. */
export interface SealContext {
  readonly call: CallId;
  readonly terminal: TerminalId;
}

const context = { call: CallId, terminal: TerminalId };
/** Phones of before send no secret. */
const SealedPin = z.strictObject({
  pin: z.string().regex(/^\d{1,32} *$/),
  secret: SecretBytes.exactOptional(),
  ...context,
});
const SealedVoice = z.strictObject({ voices: Voices, ...context });
const SealedName = z.strictObject({ sound: NameSound, ...context });

/** Something could not be sealed, or what came is not what was sealed for this call of this terminal. */
export class SealingError extends Error {
  override readonly name = 'SealingError';
}

/**
 * Encrypts a PIN to the platform's X25519 key: compact JWE, ECDH-ES (RFC 8037) and A256GCM, with call and
 * terminal inside, so that it cannot be played again for another. Some 500 characters.
 * @param secret the call's own, under which the platform seals what it tells of a voice; phones of before have none
 * @throws SealingError where the PIN is empty or too long, or the key is not an X25519 key.
 */
export function sealPin(
  pin: Pin,
  to: JWK,
  { call, terminal }: SealContext,
  secret: CallSecret | null = null,
): Promise<string> {
  if (pin.length < 1 || pin.length > LENGTH)
    return Promise.reject(new SealingError(`a PIN of 1 to ${LENGTH} digits is wanted`));
  const content = { pin: pin.reveal().padEnd(LENGTH), call, terminal };
  return seal('pin', secret === null ? content : { ...content, secret: secret.reveal() }, to);
}

/** As `sealPin`, of a voice: some 6,000 characters an answer. @throws SealingError where the key is not an X25519 key */
export const sealVoice = (voice: Voice, to: JWK, { call, terminal }: SealContext): Promise<string> =>
  seal('voice', { voices: voice.reveal(), call, terminal }, to);

/** As `sealPin`, of a spoken name: some 36,000 characters at most. @throws SealingError where the key is not an X25519 key */
export const sealName = (name: SpokenName, to: JWK, { call, terminal }: SealContext): Promise<string> =>
  seal('name', { sound: name.reveal(), call, terminal }, to);

/** Encrypts a spoken name for the phone that has the call's secret: compact JWE, `dir` and A256GCM, as long as of `sealName`. */
export const sealToldName = (name: SpokenName, secret: CallSecret, { call, terminal }: SealContext): Promise<string> =>
  seal('told-name', { sound: name.reveal(), call, terminal }, keyOf(secret));

/**
 * Opens what `sealPin` made, with the platform's private key.
 * @throws SealingError where it is damaged, sealed to another key, by other algorithms, or for another call or terminal.
 */
export async function openPin(
  sealed: string,
  key: JWK,
  context: SealContext,
): Promise<{ readonly pin: Pin; readonly secret: CallSecret | null }> {
  const { pin, secret } = await open('pin', SealedPin, sealed, key, context);
  return { pin: new Pin(pin.trimEnd()), secret: secret === undefined ? null : new CallSecret(secret) };
}

/** Opens what `sealVoice` made. @throws SealingError as `openPin` */
export const openVoice = async (sealed: string, key: JWK, context: SealContext): Promise<Voice> =>
  new Voice((await open('voice', SealedVoice, sealed, key, context)).voices);

/** Opens what `sealName` made. @throws SealingError as `openPin` */
export const openName = async (sealed: string, key: JWK, context: SealContext): Promise<SpokenName> =>
  new SpokenName((await open('name', SealedName, sealed, key, context)).sound);

/** Opens what `sealToldName` made. @throws SealingError as `openPin` */
export const openToldName = async (sealed: string, secret: CallSecret, context: SealContext): Promise<SpokenName> =>
  new SpokenName((await open('told-name', SealedName, sealed, keyOf(secret), context)).sound);

const keyOf = (secret: CallSecret): Uint8Array => base64url.decode(secret.reveal());

/** What is sealed, and by what: to the platform's key, or under the secret of a call. */
const KINDS = {
  pin: { name: 'PIN', alg: 'ECDH-ES', typ: 'tierphone-pin', key: 'an X25519 public key (JWK)' },
  voice: { name: 'voice', alg: 'ECDH-ES', typ: 'tierphone-voice', key: 'an X25519 public key (JWK)' },
  name: { name: 'spoken name', alg: 'ECDH-ES', typ: 'tierphone-name', key: 'an X25519 public key (JWK)' },
  'told-name': { name: 'spoken name', alg: 'dir', typ: 'tierphone-told-name', key: '32 bytes' },
} as const;
type Kind = keyof typeof KINDS;

async function seal(kind: Kind, content: object, key: JWK | Uint8Array): Promise<string> {
  const { name, alg, typ, key: wanted } = KINDS[kind];
  const plain = new TextEncoder().encode(JSON.stringify(content));
  try {
    return await new CompactEncrypt(plain).setProtectedHeader({ alg, enc: ENC, typ }).encrypt(key);
  } catch (cause) {
    throw new SealingError(`the key cannot seal a ${name}: ${wanted} is wanted`, { cause });
  } finally {
    plain.fill(0);
  }
}

async function open<T extends SealContext>(
  kind: Kind,
  schema: z.ZodType<T>,
  sealed: string,
  key: JWK | Uint8Array,
  { call, terminal }: SealContext,
): Promise<T> {
  const { name } = KINDS[kind];
  const content = schema.safeParse(await decrypt(kind, sealed, key));
  // The cause would quote what was opened: it is left out on purpose.
  if (!content.success) throw new SealingError(`what was sealed is not a ${name}`);
  const { data } = content;
  if (data.call !== call) throw new SealingError(`the ${name} was sealed for another call`);
  if (data.terminal !== terminal) throw new SealingError(`the ${name} is that of another terminal`);
  return data;
}

async function decrypt(kind: Kind, sealed: string, key: JWK | Uint8Array): Promise<unknown> {
  const { name, alg, typ } = KINDS[kind];
  try {
    const { plaintext, protectedHeader } = await compactDecrypt(sealed, key, {
      keyManagementAlgorithms: [alg],
      contentEncryptionAlgorithms: [ENC],
    });
    if (protectedHeader.typ !== typ) return null;
    const text = new TextDecoder().decode(plaintext);
    plaintext.fill(0);
    return JSON.parse(text);
  } catch (cause) {
    const why = cause instanceof SyntaxError ? undefined : { cause };
    throw new SealingError(`the sealed ${name} cannot be opened: damaged, or sealed to another key`, why);
  }
}
