import type { Fleet } from '../../fleet/port.ts';
import type { Measured } from './result.ts';

/** A message to the broker and back. */
export async function measureBroker({ roundTrip }: { roundTrip: Fleet['roundTrip'] }, url: string): Promise<Measured> {
  try {
    const roundTripMs = await roundTrip();
    return { detail: `${url}: there and back in ${roundTripMs} ms`, figures: { roundTripMs } };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const remedy = 'check the address, user and password under mqtt: in the configuration, and whether the broker runs';
    return { detail: `${url}: ${why}`, remedy };
  }
}
