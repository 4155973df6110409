import { createCipheriv, createDecipheriv, createSecretKey, hkdfSync, type KeyObject, randomBytes } from 'node:crypto';

const ALGORITHM = 'aes-256-gcm';
const FORM = 1;
const NONCE = 12;
const TAG = 16;

/** The key under which voices are at rest, of the secret in its file; it shows itself in no log. */
export const keyOfSecret = (secret: Buffer): KeyObject =>
  createSecretKey(Buffer.from(hkdfSync('sha256', secret, '', 'tierphone voiceprints', 32)));

/** What is at rest cannot be opened: it was changed, is of another caller, or of another key. */
export class AtRestError extends Error {
  override readonly name = 'AtRestError';
}

/** What it is and whose: under another name it does not open. */
type Whose = readonly [what: 'print' | 'under-way' | 'name' | 'secret', ...whose: string[]];
const bytesOf = (whose: Whose): Buffer => Buffer.from(whose.join('\0'));

/** Encrypts a document (AES-256-GCM): form, nonce, tag, and the rest. */
export function encrypted(key: KeyObject, whose: Whose, document: object): Buffer {
  const nonce = randomBytes(NONCE);
  const cipher = createCipheriv(ALGORITHM, key, nonce).setAAD(bytesOf(whose));
  const plain = Buffer.from(JSON.stringify(document));
  const body = Buffer.concat([cipher.update(plain), cipher.final()]);
  plain.fill(0);
  return Buffer.concat([Buffer.of(FORM), nonce, cipher.getAuthTag(), body]);
}

/** What `encrypted` made. @throws AtRestError, which tells nothing of it */
export function decrypted(key: KeyObject, whose: Whose, box: Buffer): unknown {
  const [nonce, tag, body] = [box.subarray(1, 1 + NONCE), box.subarray(1 + NONCE, 1 + NONCE + TAG), 1 + NONCE + TAG];
  try {
    if (box[0] !== FORM) throw new Error('of another form');
    const decipher = createDecipheriv(ALGORITHM, key, nonce).setAAD(bytesOf(whose)).setAuthTag(tag);
    return JSON.parse(Buffer.concat([decipher.update(box.subarray(body)), decipher.final()]).toString('utf8'));
  } catch {
    // The cause could quote what was opened.
    throw new AtRestError('a voice at rest does not open: was keys.voiceprints changed?');
  }
}
