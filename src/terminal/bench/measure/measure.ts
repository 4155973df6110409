import type { Part, PartResult } from '../../../protocol/self-test.ts';
import type { Sound } from '../../audio/port.ts';
import type { Fleet } from '../../fleet/port.ts';
import type { Journal } from '../../storage/port.ts';
import type { Telephony } from '../../telephony/port.ts';
import { measureBroker } from './broker.ts';
import { measureClock } from './clock.ts';
import { measureDisk } from './disk.ts';
import { type Host, measureNetwork } from './network.ts';
import { type Measured, resultOf } from './result.ts';
import { measureSound } from './sound.ts';
import { measureTrunk } from './trunk.ts';

/** What parts that need nobody are measured with. */
export interface Instruments {
  readonly hosts: readonly Host[];
  /** Address of the broker. */
  readonly broker: string;
  /** The data folder. */
  readonly folder: string;
  readonly drivers: {
    readonly media: Pick<Sound, 'loopback'>;
    readonly telephony: Pick<Telephony, 'probe'>;
    readonly fleet: Pick<Fleet, 'roundTrip' | 'platformAhead'>;
    readonly journal: Pick<Journal, 'quarantined' | 'waiting'>;
  };
}

/** Looks at a part that needs nobody. */
export async function measurePart(part: Part, instruments: Instruments): Promise<PartResult> {
  return resultOf(part, await measured(part, instruments));
}

function measured(part: Part, { hosts, broker, folder, drivers }: Instruments): Promise<Measured> {
  const { media, telephony, fleet, journal } = drivers;
  switch (part) {
    case 'network':
      return measureNetwork(hosts);
    case 'broker':
      return measureBroker({ roundTrip: () => fleet.roundTrip() }, broker);
    case 'trunk':
      return measureTrunk(() => telephony.probe());
    case 'clock':
      return measureClock(Date.now(), fleet.platformAhead);
    case 'disk':
      return measureDisk(folder, { quarantined: journal.quarantined, waiting: journal.waiting().length });
    case 'sound':
      return measureSound(() => media.loopback());
    default:
      return Promise.reject(new Error(`${part} wants somebody at the phone`));
  }
}
