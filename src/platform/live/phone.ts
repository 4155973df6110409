import type { LivePhone } from '../../protocol/api/live.ts';
import { amountText, momentText } from '../../protocol/api/wire.ts';
import type { CallId, Instant } from '../../protocol/units.ts';
import type { CallNow } from '../calls/now.ts';
import type { Said } from '../terminals/health/said.ts';
import type { Place } from '../terminals/places.ts';

const SILENT = {
  ...{ hook: null, phase: null, ending: null, lockdown: null, faults: [], registration: null, otherVoice: false },
  ...{ mos: null, recordsWaiting: 0, version: null, settings: null, orders: {}, test: null, call: null },
};

/** One phone as staff see it: where it stands, what it says, and what is known of its call. */
export function livePhone({ terminal, unit }: Place, said: Said | null, known: CallNow | null): LivePhone {
  if (said === null) return { ...SILENT, terminal, unit, online: null, since: null };
  const { status, at } = said;
  const since = momentText(at);
  if (!status.online) return { ...SILENT, terminal, unit, online: false, since };
  const { hook, phase, lockdown, faults, registration, version, orders, recordsWaiting, test, call, talk } = status;
  return {
    ...{ terminal, unit, online: true, since, hook, phase, ending: status.ending ?? null, lockdown, faults },
    ...{ registration, version, orders, recordsWaiting, otherVoice: status.otherVoice !== undefined },
    settings: status.settings?.sequence ?? 0,
    mos: talk?.mos ?? null,
    test: test ? { ...test, ended: momentText(test.ended) } : null,
    call: call && liveCall(call, talk, known),
  };
}

type Talk = { readonly accepted: Instant; readonly ends: Instant } | undefined;

const liveCall = (call: CallId, talk: Talk, known: CallNow | null): LivePhone['call'] => ({
  call,
  caller: known?.caller ?? null,
  name: known?.name ?? null,
  number: known?.number ?? null,
  pays: known?.pays ?? null,
  rate: known?.rate == null ? null : amountText(known.rate),
  privileged: known?.privileged ?? false,
  recorded: known?.recorded ?? false,
  accepted: talk ? momentText(talk.accepted) : null,
  ends: talk ? momentText(talk.ends) : null,
});
