import type { Telling } from '../../../src/protocol/ask.ts';
import { CallRecord } from '../../../src/protocol/call.ts';
import type { JournalEntry } from '../../../src/protocol/journal.ts';
import type { CallId } from '../../../src/protocol/units.ts';
import type { Action, Ear } from '../../../src/terminal/call/action.ts';
import type { Event } from '../../../src/terminal/call/event.ts';
import type { Settings } from '../../../src/terminal/call/settings.ts';
import type { State, Step } from '../../../src/terminal/call/step.ts';
import { VOICEPRINT } from './driver.ts';
import { afterStep } from './laws-of-states.ts';
import { afterTelling } from './laws-of-telling.ts';
import { PIN, SPOKEN } from './platform.ts';
import { fresh, type Seen, type Watched } from './seen.ts';
import { must } from './violation.ts';

/** As the platform granted it, and law 4 allows. */
const isWatched = ({ grant }: Seen): boolean => grant?.watched === true && !grant.privileged;

const coverIn = (entry: JournalEntry) =>
  entry.type === 'record' ? entry.record.cover : 'cover' in entry ? entry.cover : undefined;

const earsOf = (ear: Ear) => (ear === 'both' ? (['caller', 'callee'] as const) : [ear]);

/** Watches a run of the core and holds its laws, knowing nothing of how it works inside. */
export class Laws implements Watched {
  /** Those of this lift: what is set while it goes on is for the next. */
  settings: Settings;
  readonly timers = new Map<string, number>();
  readonly records = new Set<CallId>();
  lifts = 0;
  seen: Seen | null = null;
  lockdown: State['lockdown'] | null = null;
  faults = new Set<string>();
  tone: string | null = null;
  echo = false;
  listening = false;
  /** A right code was told of, or a test has the phone: this lift is a technician's. */
  #technician = false;
  #bench = false;
  readonly saying = { caller: -1, callee: -1, nobody: -1 };

  constructor(settings: Settings) {
    this.settings = settings;
  }

  /** Holds every law for one step. @throws Violation */
  watch(before: State, event: Event, step: Step): void {
    const { state, actions } = step;
    this.#hear(before, event);
    for (const [place, action] of actions.entries()) this.#act(before, event, action, actions, place);
    const isSame = state.settings === before.settings;
    must(isSame || state.call.phase === 'idle', 'settings', 'other settings while a call is up');
    must(
      isSame || state.settings === before.coming || event.type === 'rules' || event.type === 'hotlines',
      'settings',
      'settings that nobody gave',
    );
    must(state.coming === null || state.call.phase !== 'idle', 'settings', 'settings that never come into force');
    afterStep(this, before, event, state, actions);
    afterTelling(this, before, event, step);
    const plain = JSON.stringify([state.call, actions]);
    must(!plain.includes(PIN), 'law 7', 'a PIN can be read in a state or an action');
    must(!plain.includes(VOICEPRINT), 'law 7', 'a voice can be read in a state or an action');
    must(!plain.includes(SPOKEN), 'law 7', 'a spoken name can be read in a state or an action');
  }

  #hear(before: State, event: Event): void {
    if (event.type === 'lockdown') this.lockdown = event.lockdown;
    if (event.type === 'fault') this.faults[event.state === 'raised' ? 'add' : 'delete'](event.fault);
    if (event.type === 'bench') this.#bench = event.on && (this.#bench || before.call.phase === 'idle');
    if (this.lockdown?.mode === 'drop' && this.lockdown.state !== 'open') this.#bench = false;
    if (event.type === 'off-hook' && before.call.phase === 'idle') {
      this.#technician = this.#bench;
      this.seen = fresh(event.call);
      this.settings = before.settings;
      this.lifts += 1;
    }
    const { seen } = this;
    if (event.type === 'key' && seen) seen.keys += event.key;
    if (!seen || !('call' in event) || event.call !== seen.call) return;
    seen.accepting = false;
    if (event.type === 'bench-reply' && event.ok && seen.asked.get(event.request) === 'code') this.#technician = true;
    if (event.type === 'timer' && this.timers.get(event.timer) === event.run) this.timers.delete(event.timer);
    if (event.type === 'answered' && seen.dialled && seen.line) seen.answered = true;
    if (event.type === 'far-ended' || event.type === 'dial-failed') seen.line = false;
    if (event.type === 'far-digit') seen.accepting = event.digit === this.settings.rules.acceptDigit;
    if (event.type === 'said') {
      if (event.say === this.saying.caller) {
        this.saying.caller = -1;
        if (seen.voice) seen.voice.read = true;
      }
      if (event.say === this.saying.callee) this.saying.callee = -1;
      if (event.say === this.saying.nobody) this.saying.nobody = -1;
    }
    if (event.type === 'answer') this.listening = false;
    if (event.type === 'reply' && seen.asked.get(event.request) === event.reply.type) this.#granted(seen, event);
  }

  #granted(seen: Seen, { request, reply }: Extract<Event, { type: 'reply' }>): void {
    seen.asked.delete(request);
    if (seen.record !== null) return;
    if (reply.type === 'identify' && reply.result === 'known' && reply.voice)
      seen.voice = { task: reply.voice.do, read: false, agreed: false };
    if (reply.type === 'authorise' && reply.result === 'refused') seen.authorised = false;
    if (reply.type !== 'authorise' && reply.type !== 'extend') return;
    if (reply.result !== 'granted') return;
    seen.quota = Math.max(seen.quota, reply.grant.quota);
    seen.grant = seen.grant ? { ...seen.grant, until: reply.grant.until } : reply.grant;
  }

  #act(before: State, event: Event, action: Action, all: readonly Action[], place: number): void {
    const { seen } = this;
    if (action.type === 'set-levels') return;
    must(seen !== null, 'law 8', `${action.type} with the handset never lifted`);
    if ('call' in action) must(action.call === seen.call, 'law 5', `${action.type} of another call`);
    switch (action.type) {
      case 'journal':
        this.#journal(seen, event, action.entry, all, place);
        break;
      case 'say':
        must(seen.journal.includes('lifted'), 'order', 'a sound before the lift was written down');
        must(
          action.to !== 'nobody' || seen.hotline?.hidden === true || all.some((a) => a.type === 'dial' && a.hidden),
          'told',
          'a recording for nobody',
        );
        for (const ear of earsOf(action.to)) this.saying[ear] = action.say;
        if (earsOf(action.to).includes('caller')) this.tone = null;
        break;
      case 'hush':
        for (const ear of earsOf(action.to)) this.saying[ear] = -1;
        break;
      case 'tone':
        must(seen.journal.includes('lifted'), 'order', 'a sound before the lift was written down');
        this.tone = action.tone;
        break;
      case 'key-beep':
        must(event.type === 'key', 'keys', 'a beep where no key was pressed');
        break;
      case 'start-timer':
        must(!seen.runs.has(action.run), 'timers', `run ${action.run} was used before`);
        must(
          Number.isSafeInteger(action.after) && action.after >= 0,
          'timers',
          `${action.timer} after ${action.after}`,
        );
        seen.runs.add(action.run);
        this.timers.set(action.timer, action.run);
        break;
      case 'stop-timer':
        this.timers.delete(action.timer);
        break;
      case 'ask':
        this.#ask(seen, event, action);
        break;
      case 'bench':
        this.#job(seen, action);
        break;
      case 'echo':
        must(!action.on || this.#technician, 'maintenance', 'an echo for a caller');
        this.echo = action.on;
        break;
      case 'dial':
        this.#dial(seen, action);
        break;
      case 'hang-up':
        seen.line = false;
        break;
      case 'warm-voice':
        must(seen.voice !== null, 'voice', 'made ready for nobody');
        break;
      case 'listen':
        this.#listen(seen, action);
        break;
      case 'keep-name':
        must(seen.dialled && seen.grant?.named === true, 'voice', 'a name that nobody granted');
        break;
      case 'watch':
        must(isWatched(seen), 'law 4', 'a voice is watched that may not be');
        must(seen.bridge, 'voice', 'watched before the parties talk');
        seen.watched = true;
        break;
      case 'tell':
        must(seen.watched, 'voice', 'told of a voice that nobody watches');
        break;
      case 'bridge':
        if (action.on) this.#bridge(seen, event);
        seen.bridge = action.on;
        break;
      case 'send-digit':
        must(seen.bridge, 'law 1', 'a digit before the parties were joined');
        must(seen.hotline !== null || seen.grant?.digits === 'pass', 'digits', 'sent though the grant bars them');
        break;
      case 'set-volume':
        must(before.settings.rules.volumeSteps.includes(action.gain), 'volume', `a gain of ${action.gain}`);
    }
  }

  #job(seen: Seen, { request, job }: Extract<Action, { type: 'bench' }>): void {
    must(request > seen.requests, 'request numbers', `${request} was used before`);
    must(job.type === 'code' || this.#technician, 'maintenance', `${job.type} for one who showed no code`);
    must(job.type !== 'code' || seen.keys.includes('*#'), 'maintenance', 'a code that nobody keyed');
    seen.requests = request;
    seen.asked.set(request, job.type);
  }

  #ask(seen: Seen, event: Event, { request, ask }: Extract<Action, { type: 'ask' }>): void {
    must(request > seen.requests, 'request numbers', `${request} was used before`);
    seen.requests = request;
    seen.asked.set(request, ask.type);
    if (ask.type === 'authorise') seen.authorised = true;
    if (ask.type === 'end') seen.ends += 1;
    if (ask.type === 'voice') this.#tellVoice(seen, ask.telling);
    if (!('used' in ask)) return;
    // A silence that was talk while it lasted is none once the line is known to be dead.
    const least = ask.type === 'end' && event.type === 'media-lost' ? 0 : seen.used;
    must(ask.used >= least && ask.used <= seen.quota, 'law 2', `${ask.used} used of ${seen.quota}`);
    seen.used = ask.used;
  }

  /** His voice is heard where the platform asked for it, nothing is being said to him, and he has agreed where it is to be kept. */
  #listen(seen: Seen, { listen }: Extract<Action, { type: 'listen' }>): void {
    this.listening = listen !== null;
    if (listen === null) return;
    const { voice } = seen;
    must(voice !== null && !seen.dialled && !seen.authorised, 'voice', 'listened to where no voice is asked for');
    must(voice.task === 'verify' || voice.agreed, 'consent', 'heard before he agreed');
    must(listen > seen.requests, 'request numbers', `${listen} was used before`);
    seen.requests = listen;
  }

  #tellVoice(seen: Seen, telling: Telling): void {
    if (telling.kind === 'windows') {
      must(seen.watched && seen.bridge, 'law 4', 'told of a voice that may not be watched');
      return;
    }
    const { voice } = seen;
    must(voice !== null, 'voice', 'told of a voice that nobody asked for');
    if (telling.kind !== 'consent') return;
    must(voice.task === 'enrol', 'consent', 'nothing was to be agreed to');
    const { keys } = seen;
    if (telling.agreed) must(voice.read && keys.endsWith('1'), 'consent', 'he agreed to what was not read to him');
    else must(keys.endsWith('2'), 'consent', 'he did not say no');
    voice.agreed = telling.agreed;
  }

  #dial(seen: Seen, { number, privileged }: Extract<Action, { type: 'dial' }>): void {
    must(this.lockdown?.state === 'open', 'law 3', 'dialled under a lockdown');
    must(!seen.dialled, 'law 2', 'dialled twice');
    must(seen.journal.includes('dialled'), 'order', 'dialled before that was written down');
    const { grant } = seen;
    seen.hotline =
      grant === null
        ? (this.settings.hotlines.find((h) => h.number === number && seen.keys.includes(h.code)) ?? null)
        : null;
    must(grant?.number === number || seen.hotline !== null, 'law 2', 'dialled without leave');
    must(privileged === (seen.hotline ?? grant)?.privileged, 'law 4', 'dialled without its privilege');
    seen.dialled = true;
    seen.line = true;
  }

  #bridge(seen: Seen, event: Event): void {
    must(seen.journal.includes('accepted'), 'order', 'joined before acceptance was written down');
    must(seen.answered && seen.line, 'law 1', 'joined without an answer');
    must(seen.hotline !== null || seen.accepting, 'law 1', 'joined without acceptance');
    must(seen.hotline === null || event.type === 'answered', 'law 1', 'a hotline joined at something else');
    must(seen.record === null, 'law 1', 'joined after the end');
  }

  #journal(seen: Seen, event: Event, entry: JournalEntry, all: readonly Action[], place: number): void {
    seen.journal.push(entry.type);
    if (entry.type === 'lifted')
      must(place === 0 && event.type === 'off-hook', 'order', 'a lift not written down first');
    if (entry.type === 'accepted') seen.accepted = entry.at;
    const cover = coverIn(entry);
    if (cover !== undefined) {
      must(seen.cover === null, 'told', 'a second cover');
      seen.cover = cover;
    }
    if (entry.type === 'down') {
      must(seen.held && event.type === 'on-hook', 'law 5', 'a record let go that was not held');
      seen.held = false;
    }
    if (entry.type === 'talking') must(seen.bridge && seen.record === null, 'law 2', 'talk written down where is none');
    if (entry.type !== 'record') return;
    const record = CallRecord.parse(entry.record);
    must(!this.records.has(record.call), 'law 5', 'a second record');
    must(record.call === seen.call, 'law 5', 'a record of another call');
    must(!seen.bridge, 'law 1', 'the parties were still joined when the call was over');
    must(all.findIndex((a) => a.type === 'bridge') <= 0, 'law 1', 'something came before the parties were parted');
    must(
      record.privileged === ((seen.dialled && (seen.hotline ?? seen.grant)?.privileged) || false),
      'law 4',
      'a record without its privilege',
    );
    must(record.talked <= this.allowed(seen), 'law 2', `talked ${record.talked} of ${this.allowed(seen)}`);
    must((record.ending.reason === 'time-up') === (record.ending.bound !== undefined), 'record', 'which limit it was');
    must(record.accepted === seen.accepted || record.accepted === null, 'record', 'time zero');
    const spoken = all.some((a) => a.type === 'say' && a.to === 'caller' && a.clips.length > 1);
    if (record.ending.reason === 'maintenance') {
      must(this.#technician && !seen.dialled, 'maintenance', 'of a lift that was a call');
    } else if (record.ending.during === 'idle') must(!this.#technician, 'maintenance', 'refused to a technician');
    const silent =
      record.ending.reason === 'caller-hung-up' ||
      (record.ending.reason === 'maintenance' && event.type === 'on-hook') ||
      (record.ending.reason === 'hardware-fault' && record.ending.during === 'idle');
    must(spoken !== silent, 'reasons', `${record.ending.reason} was ${silent ? '' : 'not '}spoken`);
    this.records.add(record.call);
    seen.record = record;
    seen.held = entry.held ?? false;
  }

  allowed(seen: Seen): number {
    if (seen.hotline) return seen.hotline.limit;
    const until = seen.grant?.until ?? Number.POSITIVE_INFINITY;
    const hours = seen.accepted === null ? 0 : Math.max(0, until - seen.accepted);
    return Math.min(seen.quota, this.settings.rules.limit, hours);
  }
}
