import { decodeJwt } from 'jose';
import type { MqttClient } from 'mqtt';
import { z } from 'zod';
import type { OrderPrivateKey } from '../../src/protocol/keys.ts';
import {
  type LockdownMode,
  LockdownOrder,
  type LockdownScope,
  type LockdownState,
} from '../../src/protocol/lockdown.ts';
import { signOrder } from '../../src/protocol/signing.ts';
import { lockdownTopic } from '../../src/protocol/topics.ts';
import { FacilityId, type Instant, TerminalId, UnitId } from '../../src/protocol/units.ts';
import { FACILITY, TERMINAL, UNIT } from './folder.ts';

const facility = FacilityId.parse(FACILITY);
const SCOPES: Record<'facility' | 'unit' | 'terminal', LockdownScope> = {
  facility: { kind: 'facility', facility },
  unit: { kind: 'unit', facility, unit: UnitId.parse(UNIT) },
  terminal: { kind: 'terminal', facility, terminal: TerminalId.parse(TERMINAL) },
};

const Claims = z.object({ content: LockdownOrder });

export interface Wanted {
  readonly scope: keyof typeof SCOPES;
  readonly state: LockdownState;
  readonly mode: LockdownMode;
  readonly reason: string;
}

type Standing = Pick<Wanted, 'scope' | 'state' | 'mode'>;

/** Which of the three that this world's own phone obeys stands on a topic, and what; null for all else. What is not signed as it should be the phones refuse. */
function wantedOn(topic: string, payload: Buffer): Standing | null {
  const scope = Object.entries(SCOPES).find(([, at]) => lockdownTopic(at) === topic)?.[0] as
    | Wanted['scope']
    | undefined;
  if (!scope) return null;
  try {
    const { state, mode } = Claims.parse(decodeJwt(payload.toString())).content;
    return { scope, state, mode };
  } catch {
    // Whatever stands there is no order: phones keep what they had.
    return null;
  }
}

/** Tells `wanted` what is ordered for this world's own phone, and by whomever it was: what stands, then each change. */
export async function watchWanted(client: MqttClient, wanted: (order: Standing) => void): Promise<void> {
  client.on('message', (topic, payload) => {
    const order = wantedOn(topic, payload);
    if (order) wanted(order);
  });
  await client.subscribeAsync(Object.values(SCOPES).map(lockdownTopic), { qos: 1 });
}

/** The control room: signs lockdown orders and publishes them, retained. */
export function openStaff(client: MqttClient, key: OrderPrivateKey) {
  // Seeded by the clock, so that a world started again on the same folder goes on above what its terminal has seen.
  let sequence = Date.now();
  return {
    async order({ scope, state, mode, reason }: Wanted): Promise<void> {
      sequence += 1;
      const order = {
        scope: SCOPES[scope],
        state,
        mode,
        reason,
        issuer: key.kid,
        sequence,
        since: Date.now() as Instant,
        until: null,
      };
      await client.publishAsync(lockdownTopic(order.scope), await signOrder(order, key), { qos: 1, retain: true });
    },
  };
}
