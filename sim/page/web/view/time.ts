import { computed } from '@preact/signals';
import { snapshot } from '../state.ts';

const zone = computed(() => snapshot.value?.place.zone ?? 'UTC');
const formatter = (options: Intl.DateTimeFormatOptions) =>
  computed(() => new Intl.DateTimeFormat('en-US', { timeZone: zone.value, ...options }));

const HOUR = { hour: 'numeric', minute: '2-digit', second: '2-digit' } as const;
const short = formatter(HOUR);
const long = formatter({ ...HOUR, hour: '2-digit', hourCycle: 'h23', fractionalSecondDigits: 3 });
const named = formatter({ timeZoneName: 'short' });

/** The facility's time of day; to the millisecond where asked. */
export const timeOfDay = (at: number, withMillis = false): string => (withMillis ? long : short).value.format(at);

/** What the facility's time is called now: CST, CDT. */
export const zoneName = computed(
  () => named.value.formatToParts().find(({ type }) => type === 'timeZoneName')?.value ?? zone.value,
);
