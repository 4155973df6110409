import { z } from 'zod';
import { brokerUrl } from '../../../protocol/broker.ts';
import { Duration, type Millis } from '../../../protocol/units.ts';

const SHORTEST = 10_000;

/** By what the platform gives phones their accounts at the broker; without it they are given by hand (`tierphone account terminal`). */
export const BrokerAccountsConfig = z.strictObject({
  /** Its account for that (`tierphone account admin NAME`), another than the one by which it speaks with phones. */
  username: z.string().min(1).max(128),
  password: z.string().max(128),
  /** Where phones reach the broker with their certificates: a listener of its own. */
  phones: brokerUrl('the certificate').refine((url) => /^(mqtts|ssl):/.test(url), {
    error: 'mqtts:// is wanted: a certificate is shown over TLS',
  }),
  /** How long a certificate is good: phones renew theirs at two thirds of it. What shuts a phone out is that its account goes, not that its certificate ends. */
  certificates: Duration.refine((life) => life >= SHORTEST, {
    error: '10s at least is wanted: phones could not renew in time',
  }).default((90 * 86_400_000) as Millis),
});
export type BrokerAccountsConfig = z.infer<typeof BrokerAccountsConfig>;
