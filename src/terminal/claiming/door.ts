import { BoxMet, BoxOpened, VoucherGiven } from '../../protocol/api/claims.ts';
import type { BoxAsks } from '../../protocol/claim.ts';
import type { ReplyPublicKey } from '../../protocol/keys.ts';
import { ask } from './ask.ts';

/** What a box asks a platform before it is anybody's phone. */
export interface PlatformDoor {
  meet(asks: BoxAsks): Promise<{ readonly offer: string; readonly platform: ReplyPublicKey }>;
  open(box: string, nonce: string): Promise<void>;
  /** Null while nobody has typed the code. */
  voucher(box: string, proof: string): Promise<string | null>;
}

/** The door of the platform at `url`. */
export function doorAt(url: string): PlatformDoor {
  return {
    meet: (asks) => ask(url, '/api/boxes', BoxMet, { body: asks }),
    open: async (box, nonce) => {
      await ask(url, `/api/boxes/${box}/opening`, BoxOpened, { body: { nonce } });
    },
    voucher: async (box, proof) =>
      (await ask(url, `/api/boxes/${box}/voucher`, VoucherGiven, { body: { proof } })).voucher,
  };
}
