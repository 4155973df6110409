import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { z } from 'zod';
import type { Pin } from '../../protocol/pin.ts';

const derive = promisify<string, Buffer, number, Buffer>(scrypt);
const LENGTH = 32;

/** A technician's code as a configuration has it, which tells nobody the code: made by `tierphone code`. */
export const CodeHash = z
  .string()
  .regex(/^scrypt:[A-Za-z0-9_-]{22}:[A-Za-z0-9_-]{43}$/, 'a hash is wanted, as `tierphone code` makes it of a code')
  .brand<'CodeHash'>();
export type CodeHash = z.infer<typeof CodeHash>;

/** Digits of a code; 6 at least, as there are few tries and no name. */
export const Code = z.string().regex(/^\d{6,16}$/, 'a code of 6 to 16 digits is wanted');

/** The hash of a code under a salt of its own (scrypt, N 16384, r 8, p 1). */
export async function hashCode(code: string): Promise<CodeHash> {
  const salt = randomBytes(16);
  const hash = await derive(code, salt, LENGTH);
  return `scrypt:${salt.toString('base64url')}:${hash.toString('base64url')}` as CodeHash;
}

const HOUR = 3_600_000;
/** Wrong codes in an hour, after which none is right: a lift allows one. */
const TRIES = 10;

/** Looks at codes keyed at a handset, so many an hour. */
export class CodeCheck {
  readonly #hash: CodeHash;
  readonly #now: () => number;
  #wrong: number[] = [];

  constructor(hash: CodeHash, now: () => number) {
    this.#hash = hash;
    this.#now = now;
  }

  /** `locked` after too many wrong ones, whatever the code is. */
  async look(code: Pin): Promise<'right' | 'wrong' | 'locked'> {
    this.#wrong = this.#wrong.filter((at) => this.#now() - at < HOUR);
    if (this.#wrong.length >= TRIES) return 'locked';
    const [, salt = '', hash = ''] = this.#hash.split(':');
    const found = await derive(code.reveal(), Buffer.from(salt, 'base64url'), LENGTH);
    if (timingSafeEqual(found, Buffer.from(hash, 'base64url'))) {
      this.#wrong = [];
      return 'right';
    }
    this.#wrong.push(this.#now());
    return 'wrong';
  }
}
