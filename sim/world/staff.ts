import type { MqttClient } from 'mqtt';
import type { OrderPrivateKey } from '../../src/protocol/keys.ts';
import type { LockdownMode, LockdownScope, LockdownState } from '../../src/protocol/lockdown.ts';
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

export interface Wanted {
  readonly scope: keyof typeof SCOPES;
  readonly state: LockdownState;
  readonly mode: LockdownMode;
  readonly reason: string;
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
