import type { Instant } from '../../protocol/units.ts';

interface Answered {
  /** SHA-256 of who asked and of his key. */
  key: Buffer;
  /** What was asked, as an HMAC: of a PIN in it nothing can be tried out. */
  asked: Buffer;
  /** JWE of the answer. */
  answer: string;
  made: Instant;
}

/** What the room of HTTP writes. */
export interface HttpTables {
  answered: Answered;
}
