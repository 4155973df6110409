import { type CallerId, type Instant, type Key, millis } from '../../../src/protocol/units.ts';
import { Voice } from '../../../src/protocol/voice.ts';
import type { VoiceReply, VoiceTask } from '../../../src/protocol/voice-check.ts';
import type { CoreEvent, Event, Timer } from '../../../src/terminal/call/event.ts';
import { initial, type State, step } from '../../../src/terminal/call/step.ts';
import { CRISIS, DIGITS, FEATURES, grant, locked, NOON, OPEN, settings } from './driver.ts';

const NUMBER = '2125550123';
const SETTINGS = settings({ pinLength: 4, pinTries: 2, stallTries: 2 }, [CRISIS]);

const ENROL: VoiceTask = { do: 'enrol', needed: true };
const OTHER: VoiceReply = {
  type: 'voice',
  result: 'heard',
  voice: 'other',
  ratio: -5,
  against: 'enrolment',
  act: 'end',
};

/** One way from a phase to another, or to its end for a reason. */
export interface Way {
  readonly from: string;
  readonly to: string;
  readonly by: string;
}

/** Of each kind of thing that can happen, one or two that stand for all, under the name the chart gives them. */
function happenings(state: State): [name: string, event: CoreEvent][] {
  const { call: now } = state;
  const id = '00000000-0000-4000-8000-000000000001' as never;
  if (now.phase === 'idle') {
    return [
      [state.bench ? 'handset up (test)' : 'handset up', { type: 'off-hook', call: id }],
      ['test', { type: 'bench', on: true }],
    ];
  }
  const { lift } = now;
  const request = lift.next.request - 1;
  const reply = (answer: Extract<CoreEvent, { type: 'reply' }>['reply']): CoreEvent => ({
    type: 'reply',
    call: id,
    request,
    reply: answer,
  });
  const caller = 'c7' as CallerId;
  const keyed = now.phase === 'number' ? now.digits : 'ahead' in now ? now.ahead : null;
  const digit = keyed === null ? '1' : (NUMBER[keyed.length] ?? '5');
  const keys = [digit, '7', '*', '#'].map((key): [string, CoreEvent] => ['key', { type: 'key', key: key as Key }]);
  const timers = Object.entries(lift.timers).map(([timer, run]): [string, CoreEvent] => [
    timer === 'stall' ? 'nothing keyed' : timer === 'inter-digit' ? 'no more keys' : timer,
    { type: 'timer', timer: timer as Timer, call: id, run },
  ]);
  const said = [lift.saying.caller, lift.saying.callee].flatMap((say): [string, CoreEvent][] =>
    say === null ? [] : [['said', { type: 'said', call: id, say }]],
  );
  const { acceptDigit, refuseDigit, rateDigit, blockDigit, blockAllDigit } = SETTINGS.rules;
  const digits = Object.entries({
    ...{ accepts: acceptDigit, refuses: refuseDigit, rate: rateDigit, blocks: blockDigit, 'blocks all': blockAllDigit },
  });
  const benched = (ok: boolean): CoreEvent => ({ type: 'bench-reply', call: id, request, ok, clips: [] });
  return [
    ['handset down', { type: 'on-hook' }],
    ...keys,
    ...timers,
    ...said,
    ['known', reply({ type: 'identify', result: 'known', caller, language: null })],
    [
      'known',
      reply({ type: 'identify', result: 'known', caller, language: null, voice: { do: 'verify', say: DIGITS } }),
    ],
    ['known', reply({ type: 'identify', result: 'known', caller, language: null, voice: ENROL })],
    ['says digits', reply({ type: 'voice', result: 'say', say: DIGITS, again: 'unsure' })],
    ...(['accepted', 'enrolled', 'not-enrolled', 'flagged'] as const).map((result): [string, CoreEvent] => [
      result === 'flagged' ? 'accepted' : result,
      reply({ type: 'voice', result }),
    ]),
    ['says digits', reply({ type: 'voice', result: 'name', again: null })],
    ['refused', reply({ type: 'voice', result: 'refused', reason: 'voice-refused' })],
    ['another voice', reply({ ...OTHER })],
    ['answer', { type: 'answer', call: id, listen: request, heard: { kind: 'silent' } }],
    ['windows', { type: 'windows', call: id, voice: new Voice({ answers: [FEATURES], first: [] }) }],
    ['wrong', reply({ type: 'identify', result: 'wrong' })],
    ['locked', reply({ type: 'identify', result: 'locked', retryAfter: 1_000 as never })],
    ['refused', reply({ type: 'identify', result: 'refused', reason: 'caller-suspended' })],
    ['granted', reply({ type: 'authorise', result: 'granted', grant: grant({ watched: true }) })],
    ['refused', reply({ type: 'authorise', result: 'refused', reason: 'number-blocked' })],
    ['no reply', { type: 'no-reply', call: id, request, cause: 'timeout' }],
    ['ringing', { type: 'ringing', call: id }],
    ['answered', { type: 'answered', call: id }],
    ...(['busy', 'rejected', 'unreachable', 'network'] as const).map((failure): [string, CoreEvent] => [
      failure,
      { type: 'dial-failed', call: id, failure, sip: null },
    ]),
    ['far end hangs up', { type: 'far-ended', call: id }],
    ['media lost', { type: 'media-lost', call: id, silence: millis(30_000) }],
    ...digits.map(([name, key]): [string, CoreEvent] => [name, { type: 'far-digit', call: id, digit: key as Key }]),
    ['code is right', benched(true)],
    ['code is wrong', benched(false)],
    ['test over', { type: 'bench', on: false }],
    ['cut off', { type: 'cut-off' }],
    ['drop', { type: 'lockdown', lockdown: locked('drop') }],
    ['drain', { type: 'lockdown', lockdown: locked('drain') }],
    ['fault', { type: 'fault', fault: 'keypad', state: 'raised' }],
  ];
}

/** What tells states apart as far as the chart goes: not when, and not how often. */
function key({ call, lockdown, faults, bench }: State): string {
  if (call.phase === 'idle') return `idle ${lockdown.state} ${faults.join()} ${bench}`;
  const { lift: _, ...rest } = call;
  return JSON.stringify({
    ...rest,
    ...(rest.phase === 'maintenance' && 'request' in rest.stage && { stage: rest.stage.at }),
    ...(rest.phase === 'maintenance' && rest.stage.at === 'code' && { stage: `code ${rest.stage.code.length}` }),
    pin: 'pin' in call ? call.pin.length : undefined,
    digits: 'digits' in call ? call.digits.length : undefined,
    asked: 'asked' in call ? Math.min(call.asked, 2) : undefined,
    answering:
      'answering' in call
        ? [
            call.answering.at,
            'read' in call.answering && call.answering.read,
            'take' in call.answering && call.answering.take,
          ]
        : undefined,
    voices:
      call.phase === 'talking'
        ? [call.voices.asked !== null, call.voices.others.length, call.voices.doubt?.times]
        : undefined,
    ahead: 'ahead' in call ? [call.ahead.length, call.ahead.at(0) === '*', call.ahead.at(-1) === '#'] : undefined,
    at: undefined,
    saying: [call.lift.saying.caller !== null, call.lift.saying.callee !== null],
    timers: Object.keys(call.lift.timers).sort(),
    lockdown: lockdown.state,
    bench,
    faults,
  });
}

/** How a step is named on its way: by what happened or, at an end, by the reason; `refused` is any of the platform's. */
function nameOf(by: string, { call }: State): string {
  if (call.phase === 'maintenance' && by === 'key') return '* and #';
  if (call.phase === 'ended') return by === 'refused' ? by : call.ending.reason;
  const hotline = (call.phase === 'dialling' || call.phase === 'talking') && call.leave.kind === 'hotline';
  return hotline ? `${by} (hotline)` : by;
}

/** Every way between phases, found by trying all that can happen in every state that can be come to. */
export function explore(): Way[] {
  const open = step(initial(SETTINGS), { type: 'lockdown', lockdown: OPEN, at: NOON }).state;
  const refused: CoreEvent[] = [
    { type: 'lockdown', lockdown: locked('drain') },
    { type: 'lockdown', lockdown: locked('drain', 'disabled') },
    { type: 'fault', fault: 'keypad', state: 'raised' },
  ];
  const queue = [open, ...refused.map((event) => step(open, { ...event, at: NOON }).state)];
  const seen = new Set(queue.map(key));
  const ways = new Map<string, Way>();
  for (let state = queue.shift(); state; state = queue.shift()) {
    for (const [by, event] of happenings(state)) {
      const told: Event = { ...event, at: NOON as Instant };
      const after = step(state, told).state;
      const way = { from: state.call.phase, to: after.call.phase, by: nameOf(by, after) };
      if (way.from !== way.to) ways.set(JSON.stringify(way), way);
      const found = key(after);
      if (seen.has(found)) continue;
      seen.add(found);
      queue.push(after);
    }
  }
  return [...ways.values()];
}
