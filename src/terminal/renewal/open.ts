import type { Logger } from 'pino';
import type { Voucher } from '../../protocol/voucher.ts';
import type { BoxConfig } from '../claiming/config.ts';
import { onPhone } from '../claiming/find.ts';
import { openKey } from '../storage/key.ts';
import type { Document } from '../storage/port.ts';
import { Renewals } from './renewals.ts';

/** Renews the certificate of a phone that was claimed, in its voucher; undefined where it has none. */
export async function openRenewals(
  config: BoxConfig,
  vouchers: Document<Voucher | null>,
  voucher: Voucher,
  log: Logger,
): Promise<Renewals | undefined> {
  const { facility, terminal, mqtt, platform } = voucher;
  const { certificate, ca } = mqtt;
  if (certificate === null) return undefined;
  return new Renewals({
    phone: { facility, terminal, key: await openKey(config.data, log), platform: platform.replies },
    held: { certificate, ca },
    // One that has moved is told of by the file.
    places: async () => [platform.url, (await onPhone(config, log))?.url].filter((url) => url !== undefined),
    keep: (held) => vouchers.write({ ...voucher, mqtt: { ...mqtt, ...held } }),
    log,
  });
}
