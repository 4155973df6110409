import type { Bench } from './bench/port.ts';
import type { Fleet } from './fleet/port.ts';
import type { Hardware } from './hardware/port.ts';
import type { Journal } from './storage/port.ts';
import type { Media } from './telephony/media/start.ts';
import type { Telephony } from './telephony/port.ts';
import type { Timers } from './timers.ts';
import type { Listener } from './voice-id/listener.ts';

/** Everything the call flow hears from and acts on. */
export interface Drivers {
  readonly hardware: Hardware;
  readonly media: Media;
  readonly listener: Listener;
  readonly telephony: Telephony;
  readonly fleet: Fleet;
  readonly journal: Journal;
  readonly timers: Timers;
  readonly bench: Bench;
}
