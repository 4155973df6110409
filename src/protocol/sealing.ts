import { CompactEncrypt, compactDecrypt, type JWK } from 'jose';
import { z } from 'zod';
import { Pin } from './pin.ts';
import { CallId, TerminalId } from './units.ts';

const ALG = 'ECDH-ES';
const ENC = 'A256GCM';
const TYP = 'tierphone-pin';
/** Every PIN is padded to this length, so that the size of what is sent does not tell how long it is. */
const LENGTH = 32;

const Sealed = z.strictObject({ pin: z.string().regex(/^\d{1,32} *$/), call: CallId, terminal: TerminalId });

/** What a sealed PIN is good for: this call of this terminal and no other. */
export interface SealContext {
  readonly call: CallId;
  readonly terminal: TerminalId;
}

/** A PIN could not be sealed, or what came is not a PIN sealed for this call of this terminal. */
export class SealingError extends Error {
  override readonly name = 'SealingError';
}

/**
 * Encrypts a PIN to the platform's X25519 key: compact JWE, ECDH-ES (RFC 8037) and A256GCM, with call and
 * terminal inside, so that it cannot be played again for another. About 700 characters.
 * @throws SealingError where the PIN is empty or too long, or the key is not an X25519 key.
 */
export async function sealPin(pin: Pin, to: JWK, context: SealContext): Promise<string> {
  if (pin.length < 1 || pin.length > LENGTH) throw new SealingError(`a PIN of 1 to ${LENGTH} digits is wanted`);
  const { call, terminal } = context;
  const plain = new TextEncoder().encode(JSON.stringify({ pin: pin.reveal().padEnd(LENGTH), call, terminal }));
  try {
    return await new CompactEncrypt(plain).setProtectedHeader({ alg: ALG, enc: ENC, typ: TYP }).encrypt(to);
  } catch (cause) {
    throw new SealingError('the key of the platform cannot seal a PIN: an X25519 public key (JWK) is wanted', {
      cause,
    });
  } finally {
    plain.fill(0);
  }
}

/**
 * Opens what `sealPin` made, with the platform's private key.
 * @throws SealingError where it is damaged, sealed to another key, by other algorithms, or for another call or terminal.
 */
export async function openPin(sealed: string, key: JWK, context: SealContext): Promise<Pin> {
  const content = Sealed.safeParse(await decrypt(sealed, key));
  // The cause would quote what was opened: it is left out on purpose.
  if (!content.success) throw new SealingError('what was sealed is not a PIN');
  const { pin, call, terminal } = content.data;
  if (call !== context.call) throw new SealingError('the PIN was sealed for another call');
  if (terminal !== context.terminal) throw new SealingError('the PIN was sealed by another terminal');
  return new Pin(pin.trimEnd());
}

async function decrypt(sealed: string, key: JWK): Promise<unknown> {
  try {
    const { plaintext, protectedHeader } = await compactDecrypt(sealed, key, {
      keyManagementAlgorithms: [ALG],
      contentEncryptionAlgorithms: [ENC],
    });
    if (protectedHeader.typ !== TYP) return null;
    const text = new TextDecoder().decode(plaintext);
    plaintext.fill(0);
    return JSON.parse(text);
  } catch (cause) {
    const why = cause instanceof SyntaxError ? undefined : { cause };
    throw new SealingError('the sealed PIN cannot be opened: damaged, or sealed to another key', why);
  }
}
