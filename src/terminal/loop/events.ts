import { EMPTY, from, map, merge, mergeMap, type Observable, of } from 'rxjs';
import type { Fault } from '../../protocol/messages.ts';
import type { PhoneSettings } from '../../protocol/phone-settings.ts';
import { type CallId, Key, millis } from '../../protocol/units.ts';
import type { MediaEvent } from '../audio/port.ts';
import type { CoreEvent } from '../call/event.ts';
import type { CallRules } from '../call/settings.ts';
import type { Drivers } from '../drivers.ts';
import type { FleetEvent } from '../fleet/port.ts';
import type { HardwareEvent } from '../hardware/port.ts';
import type { TelephonyEvent } from '../telephony/port.ts';
import type { VoiceEvent } from '../voice-id/listener.ts';

/** Where a bad input came in. */
type Edge = 'hardware' | 'sound' | 'sip' | 'mqtt';

/** What drivers tell besides what concerns the call: for counters, log and technicians. */
export interface Aside {
  badInput(edge: Edge, detail: string): void;
  /** The sound card lost sound of the microphone (over-run) or for the earpiece (under-run), so many times. */
  soundLost(part: 'capture' | 'playback', times: number): void;
  /** A call was to be watched that nobody may listen to, or that is not there. */
  unwatched(detail: string): void;
  orderRefused(topic: string, reason: string): void;
  /** Another client speaks at the broker as this phone. */
  secondClient(detail: string): void;
  /** A part of the phone has failed, or is well again: for those who mend it. */
  fault(fault: Fault, state: 'raised' | 'cleared', detail: string): void;
  note(what: string, detail: string): void;
}

/** What events are put into the core's terms by. */
export interface CoreTerms {
  readonly nextCall: () => CallId;
  /** The rules of a phone under these settings of its facility. */
  readonly rulesOf: (settings: PhoneSettings) => CallRules;
}

/**
 * The one stream of everything that can happen to a call, in the core's own terms. A lift gets its call id from
 * `nextCall`; what is none of the core's business goes to `aside`.
 */
export function coreEvents(drivers: Drivers, { nextCall, rulesOf }: CoreTerms, aside: Aside): Observable<CoreEvent> {
  const fault = (name: Fault, now: 'ok' | 'fault', detail: string): Observable<CoreEvent> => {
    const state = now === 'ok' ? 'cleared' : 'raised';
    aside.fault(name, state, detail);
    return of({ type: 'fault', fault: name, state });
  };
  const farDigit = ({ call, digit }: { call: string; digit: string }): Observable<CoreEvent> =>
    from(Key.options.filter((key) => key === digit)).pipe(
      map((key): CoreEvent => ({ type: 'far-digit', call: call as CallId, digit: key })),
    );
  const fromHardware = (event: HardwareEvent): Observable<CoreEvent> => {
    switch (event.type) {
      case 'hook':
        return of(event.hook === 'off' ? { type: 'off-hook', call: nextCall() } : { type: 'on-hook' });
      case 'key':
        return event.edge === 'down' ? of({ type: 'key', key: event.key }) : EMPTY;
      case 'volume':
        return of(event);
      case 'tamper':
        return fault('tamper', event.open ? 'fault' : 'ok', event.open ? 'the housing is open' : 'the housing is shut');
      case 'board':
        return fault('keypad', event.state, event.detail);
      case 'malformed':
        aside.badInput('hardware', event.detail);
        return EMPTY;
    }
  };
  const fromMedia = (event: MediaEvent): Observable<CoreEvent> => {
    switch (event.type) {
      case 'said':
        return of({ type: 'said', call: event.call as CallId, say: event.say });
      case 'far-digit':
        return farDigit(event);
      case 'media-lost':
        return of({ type: 'media-lost', call: event.call as CallId, silence: millis(event.silence) });
      case 'quality':
        return of({ ...event, call: event.call as CallId });
      case 'device':
        return fault('handset-audio', event.state, event.detail);
      case 'xrun':
        aside.soundLost(event.part, event.count);
        return EMPTY;
      case 'malformed':
        aside.badInput('sound', event.detail);
        return EMPTY;
      case 'clip-missing':
        aside.note('recording missing', `${event.language}/${event.clip}`);
        return EMPTY;
    }
  };
  const fromListener = (event: VoiceEvent): Observable<CoreEvent> => {
    if (event.type !== 'unwatched') return of(event);
    aside.unwatched(event.detail);
    return EMPTY;
  };
  const fromTelephony = (event: TelephonyEvent): Observable<CoreEvent> => {
    switch (event.type) {
      case 'registration':
        aside.note(`registration ${event.state}`, event.detail);
        return of({ type: 'registration', registration: event.state });
      case 'malformed':
        aside.badInput('sip', event.detail);
        return EMPTY;
      case 'trunk':
        aside.note(`trunk ${event.trunk} is ${event.state}`, event.detail);
        return EMPTY;
      case 'far-digit':
        return farDigit(event);
      default:
        return of({ ...event, call: event.call as CallId });
    }
  };
  const fromFleet = (event: FleetEvent): Observable<CoreEvent> => {
    switch (event.type) {
      case 'link':
        aside.note(`link ${event.state}`, '');
        return EMPTY;
      case 'malformed':
        aside.badInput('mqtt', event.detail);
        return EMPTY;
      case 'second-client':
        aside.secondClient(event.detail);
        return EMPTY;
      case 'settings':
        return of({ type: 'rules', rules: rulesOf(event.settings) });
      case 'command':
        // The bench obeys it.
        return EMPTY;
      case 'order-refused':
        aside.orderRefused(event.topic, event.reason);
        return EMPTY;
      default:
        return of(event);
    }
  };
  return merge(
    drivers.fleet.events.pipe(mergeMap(fromFleet)),
    drivers.telephony.events.pipe(mergeMap(fromTelephony)),
    drivers.media.events.pipe(mergeMap(fromMedia)),
    drivers.listener.events.pipe(mergeMap(fromListener)),
    drivers.timers.events,
    drivers.bench.events,
    drivers.hardware.events.pipe(mergeMap(fromHardware)),
  );
}
