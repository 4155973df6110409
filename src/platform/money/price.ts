import type { Millis, Money } from '../../protocol/units.ts';

const MINUTE = 60_000n;

/** What `talk` costs at `rate` a minute; a fraction of a millionth of a dollar is the family's. */
export function price(rate: Money, talk: Millis): Money {
  return Number((BigInt(rate) * BigInt(talk)) / MINUTE) as Money;
}

/** The talk, in whole seconds, that `money` pays for at `rate` a minute; null where talk is free. */
export function affordable(rate: Money, money: Money): Millis | null {
  if (rate === 0) return null;
  const ms = (BigInt(Math.max(0, money)) * MINUTE) / BigInt(rate);
  const seconds = ms / 1_000n;
  return (Number(seconds > 10_000_000n ? 10_000_000n : seconds) * 1_000) as Millis;
}
