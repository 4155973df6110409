import type { Instant } from '../../protocol/units.ts';

/** From when until when a certificate is good. */
export interface Life {
  readonly from: Instant;
  readonly until: Instant;
}

/** A certificate is renewed at two thirds of its life (RFC 8555 and its clients do so), or up to a twelfth of it later. */
const DUE = { share: 2 / 3, spread: 1 / 12 };

/**
 * When a certificate is due to be renewed. Phones that were fitted in one day would all come in one: each has its own moment, by the
 * thumbprint of its key, which is the same at each start.
 */
export function dueAt({ from, until }: Life, kid: string): Instant {
  const own = Buffer.from(kid, 'base64url').readUInt32BE() / 2 ** 32;
  return (from + (until - from) * (DUE.share + DUE.spread * own)) as Instant;
}

/** What a phone knows when it looks. */
export interface Known {
  /** By its own clock, which may never have been set. */
  readonly own: Instant;
  /** By the platform's; null where it was not heard since the start. */
  readonly platform: Instant | null;
  /** How it stands with the broker; `refused`: one of the two did not believe the other's certificate. */
  readonly link: 'untried' | 'up' | 'lost' | 'refused';
}

/**
 * What is to be asked of the platform. A phone's own clock is never enough for a new certificate: it is reason to ask the time. What the
 * platform's clock says then counts, however wrong its own is. One that is behind is found out by the broker, which does not let the phone in.
 */
export function wanted(life: Life, kid: string, { own, platform, link }: Known): 'certificate' | 'time' | null {
  if (link === 'refused') return 'certificate';
  const due = dueAt(life, kid);
  if (platform !== null) return platform >= due ? 'certificate' : null;
  return own >= due || own < life.from || link === 'lost' ? 'time' : null;
}
