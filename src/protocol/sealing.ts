import { CompactEncrypt, compactDecrypt, type JWK } from 'jose';
import { z } from 'zod';
import { Pin } from './pin.ts';
import { NameSound, SpokenName } from './spoken-name.ts';
import { CallId, TerminalId } from './units.ts';
import { Voice, Voices } from './voice.ts';

const ALG = 'ECDH-ES';
const ENC = 'A256GCM';
/** Every PIN is padded to this length, so that the size of what is sent does not tell how long it is. */
const LENGTH = 32;

/** What a sealed PIN or voice is good for: this call of this terminal and no other. */
export interface SealContext {
  readonly call: CallId;
  readonly terminal: TerminalId;
}

const context = { call: CallId, terminal: TerminalId };
const SealedPin = z.strictObject({ pin: z.string().regex(/^\d{1,32} *$/), ...context });
const SealedVoice = z.strictObject({ voices: Voices, ...context });
const SealedName = z.strictObject({ sound: NameSound, ...context });

/** Something could not be sealed, or what came is not what was sealed for this call of this terminal. */
export class SealingError extends Error {
  override readonly name = 'SealingError';
}

/**
 * Encrypts a PIN to the platform's X25519 key: compact JWE, ECDH-ES (RFC 8037) and A256GCM, with call and
 * terminal inside, so that it cannot be played again for another. About 700 characters.
 * @throws SealingError where the PIN is empty or too long, or the key is not an X25519 key.
 */
export function sealPin(pin: Pin, to: JWK, { call, terminal }: SealContext): Promise<string> {
  if (pin.length < 1 || pin.length > LENGTH)
    return Promise.reject(new SealingError(`a PIN of 1 to ${LENGTH} digits is wanted`));
  return seal('pin', { pin: pin.reveal().padEnd(LENGTH), call, terminal }, to);
}

/** As `sealPin`, of a voice: some 6,000 characters an answer. @throws SealingError where the key is not an X25519 key */
export const sealVoice = (voice: Voice, to: JWK, { call, terminal }: SealContext): Promise<string> =>
  seal('voice', { voices: voice.reveal(), call, terminal }, to);

/** As `sealPin`, of a spoken name: some 48,000 characters at most. @throws SealingError where the key is not an X25519 key */
export const sealName = (name: SpokenName, to: JWK, { call, terminal }: SealContext): Promise<string> =>
  seal('name', { sound: name.reveal(), call, terminal }, to);

/**
 * Opens what `sealPin` made, with the platform's private key.
 * @throws SealingError where it is damaged, sealed to another key, by other algorithms, or for another call or terminal.
 */
export const openPin = async (sealed: string, key: JWK, context: SealContext): Promise<Pin> =>
  new Pin((await open('pin', SealedPin, sealed, key, context)).pin.trimEnd());

/** Opens what `sealVoice` made. @throws SealingError as `openPin` */
export const openVoice = async (sealed: string, key: JWK, context: SealContext): Promise<Voice> =>
  new Voice((await open('voice', SealedVoice, sealed, key, context)).voices);

/** Opens what `sealName` made. @throws SealingError as `openPin` */
export const openName = async (sealed: string, key: JWK, context: SealContext): Promise<SpokenName> =>
  new SpokenName((await open('name', SealedName, sealed, key, context)).sound);

type What = 'pin' | 'voice' | 'name';
const NAMES = { pin: 'PIN', voice: 'voice', name: 'spoken name' } as const;
const typ = (what: What): string => `tierphone-${what}`;

async function seal(what: What, content: object, to: JWK): Promise<string> {
  const plain = new TextEncoder().encode(JSON.stringify(content));
  try {
    return await new CompactEncrypt(plain).setProtectedHeader({ alg: ALG, enc: ENC, typ: typ(what) }).encrypt(to);
  } catch (cause) {
    throw new SealingError(
      `the key of the platform cannot seal a ${NAMES[what]}: an X25519 public key (JWK) is wanted`,
      { cause },
    );
  } finally {
    plain.fill(0);
  }
}

async function open<T extends SealContext>(
  what: What,
  schema: z.ZodType<T>,
  sealed: string,
  key: JWK,
  { call, terminal }: SealContext,
): Promise<T> {
  const content = schema.safeParse(await decrypt(what, sealed, key));
  // The cause would quote what was opened: it is left out on purpose.
  if (!content.success) throw new SealingError(`what was sealed is not a ${NAMES[what]}`);
  const { data } = content;
  if (data.call !== call) throw new SealingError(`the ${NAMES[what]} was sealed for another call`);
  if (data.terminal !== terminal) throw new SealingError(`the ${NAMES[what]} was sealed by another terminal`);
  return data;
}

async function decrypt(what: What, sealed: string, key: JWK): Promise<unknown> {
  try {
    const { plaintext, protectedHeader } = await compactDecrypt(sealed, key, {
      keyManagementAlgorithms: [ALG],
      contentEncryptionAlgorithms: [ENC],
    });
    if (protectedHeader.typ !== typ(what)) return null;
    const text = new TextDecoder().decode(plaintext);
    plaintext.fill(0);
    return JSON.parse(text);
  } catch (cause) {
    const why = cause instanceof SyntaxError ? undefined : { cause };
    throw new SealingError(`the sealed ${NAMES[what]} cannot be opened: damaged, or sealed to another key`, why);
  }
}
