import { z } from 'zod';
import { brokerUrl } from '../../../protocol/broker.ts';
import { Duration, type Millis } from '../../../protocol/units.ts';

/** By what the platform gives phones their accounts at the broker; without it they are given by hand (`tierphone account terminal`). */
export const BrokerAccountsConfig = z.strictObject({
  /** Its account for that (`tierphone account admin NAME`), another than the one by which it speaks with phones. */
  username: z.string().min(1).max(128),
  password: z.string().max(128),
  /** Where phones reach the broker with their certificates: a listener of its own. */
  phones: brokerUrl('the certificate').refine((url) => /^(mqtts|ssl):/.test(url), {
    error: 'mqtts:// is wanted: a certificate is shown over TLS',
  }),
  /** How long a certificate is good. Phones do not renew theirs, so it must outlast them; what shuts a phone out is that its account goes, not that its certificate ends. */
  certificates: Duration.default((10 * 365 * 86_400_000) as Millis),
});
export type BrokerAccountsConfig = z.infer<typeof BrokerAccountsConfig>;
