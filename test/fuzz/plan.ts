import type { Random } from '../terminal/call/random.ts';

/** How a valid call goes on between our INVITE and its end. */
export interface Plan {
  /** The first INVITE is answered so. */
  readonly refused: 401 | 407 | 422 | null;
  /** Provisional responses; `reliable` is a 183 that asks for PRACK and has the SDP of the answer. */
  readonly early: readonly ('100' | '180' | '183' | 'reliable')[];
  /** Null: it rings until we give up. */
  readonly final: number | null;
  /** Who refreshes the session (RFC 4028). */
  readonly timer: 'uac' | 'uas' | null;
  /** What the far end asks in the call, one after the other. */
  readonly asks: readonly ('INVITE' | 'hold' | 'UPDATE' | 'INFO' | 'OPTIONS')[];
  /** How long there is talk after that, ms. */
  readonly talk: number;
  /** Who says BYE, or in a call that rings CANCEL. */
  readonly end: 'far end' | 'terminal';
}

const FINALS = [200, 200, 200, 200, 200, 200, 301, 302, 403, 404, 480, 486, 500, 503, 600, 603, null];

/** A plan of chance. */
export function planOf(random: Random): Plan {
  const some = <T>(of: readonly T[], most: number): T[] =>
    Array.from({ length: random.below(most + 1) }, () => random.pick(of));
  const final = random.pick(FINALS);
  const early = some(['100', '180', '183'] as const, 2);
  return {
    refused: random.one(4) ? random.pick([401, 407, 422] as const) : null,
    // Without a provisional response there is nothing to cancel (RFC 3261 9.1).
    early: [...(final === null ? (['180'] as const) : early), ...(random.one(3) ? (['reliable'] as const) : [])],
    final,
    timer: random.pick(['uac', 'uas', null] as const),
    asks: some(['INVITE', 'hold', 'UPDATE', 'INFO', 'OPTIONS'] as const, 3),
    talk: random.one(3) ? 100_000 : 5_000,
    end: final === null || random.one(2) ? 'terminal' : 'far end',
  };
}
