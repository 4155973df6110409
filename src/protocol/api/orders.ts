import { z } from 'zod';
import { KeyRequest, Permit, SIGNED_AT_MOST } from '../key-set.ts';
import { OrderPublicKey, Thumbprint } from '../keys.ts';
import { LockdownOrder } from '../lockdown.ts';
import { Waiting, Waits } from './approvals.ts';
import { FacilityPath } from './live.ts';
import { Line, Moment, Why } from './wire.ts';

/** What was signed elsewhere (compact JWS): here it is verified and handed on. */
export const Signed = z.strictObject({ jws: z.string().trim().min(1).max(SIGNED_AT_MOST) });

/** Where it stands now, or was sent to. */
export const HandedOn = z.strictObject({ topic: z.string() });
export const OrderTaken = HandedOn.extend(Waits.shape);

/** An order that stands: the last that opened its scope, or one that closes it and whose time is not up. */
const StandingOrder = LockdownOrder.extend({
  /** Whose key the issuer's is, as the set of keys names him; null where the keys are fixed, or it is in no set any more. */
  by: z.string().nullable(),
  since: Moment,
  until: Moment.nullable(),
});
/** Those that stand, and those that wait for a second person. */
export const StandingOrders = z.strictObject({ items: z.array(StandingOrder), waiting: z.array(Waiting) });

export const KeyPath = FacilityPath.extend({ thumbprint: Thumbprint });

/** Whose key may order what in a facility, which count no more, and who asks for one. */
export const KeysOfFacility = z.strictObject({
  /** Thumbprint of the root key that signs its sets. */
  root: z.string(),
  /** Of the set in force; 0 where there is none. */
  sequence: z.int(),
  since: Moment.nullable(),
  /** The set as it was signed, to sign the next from. */
  jws: z.string().nullable(),
  keys: z.array(
    z.strictObject({
      issuer: z.string(),
      thumbprint: Thumbprint,
      name: z.string(),
      may: z.array(Permit),
      until: Moment.nullable(),
      revoked: Moment.nullable(),
    }),
  ),
  revoked: z.array(z.strictObject({ thumbprint: Thumbprint, at: Moment })),
  requests: z.array(KeyRequest.extend({ thumbprint: Thumbprint, at: Moment })),
  /** Sets that wait for a second person. */
  waiting: z.array(Waiting),
});
export const KeysTaken = KeysOfFacility.extend(Waits.shape);

/** A key that was made in a browser, for whom, and what he wants it to be able to order. */
export const KeyWish = z.strictObject({ key: OrderPublicKey, name: Line(80), wanted: z.array(Permit).min(1).max(32) });
export const Asked = z.strictObject({ thumbprint: Thumbprint });

export const Revocation = z.strictObject({ why: Why });
