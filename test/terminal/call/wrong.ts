import { Pin } from '../../../src/protocol/pin.ts';
import type { Instant } from '../../../src/protocol/units.ts';
import type { Action } from '../../../src/terminal/call/action.ts';
import type { Event } from '../../../src/terminal/call/event.ts';
import { type Step, step } from '../../../src/terminal/call/step.ts';

type Change = (actions: readonly Action[], event: Event, result: Step) => readonly Action[];

/** The core, with what it does tampered with. */
const doing =
  (change: Change): typeof step =>
  (state, event) => {
    const result = step(state, event);
    return { ...result, actions: change(result.actions, event, result) };
  };

const without = (unwanted: (action: Action) => boolean) => doing((actions) => actions.filter((a) => !unwanted(a)));
const isRecord = (a: Action) => a.type === 'journal' && a.entry.type === 'record';

/** Cores with one thing wrong each, and the laws by which that may be found: proof that the laws can fail. */
export const WRONGS: Record<string, { laws: readonly string[]; core: typeof step }> = {
  'joins the parties at the answer': {
    laws: ['order', 'law 1'],
    core: doing((actions, event) =>
      event.type === 'answered' && actions.length > 0
        ? [...actions, { type: 'bridge', call: event.call, on: true }]
        : actions,
    ),
  },
  'joins the parties before acceptance is written down': {
    laws: ['order'],
    core: doing((actions) => {
      const on = actions.filter((a) => a.type === 'bridge' && a.on);
      return [...on, ...actions.filter((a) => !on.includes(a))];
    }),
  },
  'parts the parties last': {
    laws: ['law 1'],
    core: doing((actions) => {
      const off = actions.filter((a) => a.type === 'bridge' && !a.on);
      return off.length > 0 ? [...actions.filter((a) => !off.includes(a)), ...off] : actions;
    }),
  },
  'lets them talk on past the end': {
    laws: ['law 2'],
    core: (state, event) => {
      const { call } = state;
      if (call.phase !== 'talking') return step(state, event);
      const late = (call.deadline.at + 30_000) as Instant;
      return step({ ...state, call: { ...call, deadline: { ...call.deadline, at: late } } }, event);
    },
  },
  'is deaf to lockdowns': {
    laws: ['law 3'],
    core: (state, event) =>
      event.type === 'lockdown'
        ? step(state, { ...event, lockdown: { ...event.lockdown, state: 'open' } })
        : step(state, event),
  },
  'starts without knowing of a lockdown': {
    laws: ['law 3'],
    core: (state, event) =>
      step(
        state.lockdown.source === null && state.lockdown.state === 'disabled'
          ? { ...state, lockdown: { ...state.lockdown, state: 'open' } }
          : state,
        event,
      ),
  },
  'drops the privilege': {
    laws: ['law 4'],
    core: doing((actions) => actions.map((a) => (a.type === 'dial' ? { ...a, privileged: false } : a))),
  },
  'writes a second record': {
    laws: ['law 5'],
    core: doing((actions) => actions.flatMap((a) => (isRecord(a) ? [a, a] : [a]))),
  },
  'writes no record when the handset goes down': {
    laws: ['law 5'],
    core: doing((actions, event) => (event.type === 'on-hook' ? actions.filter((a) => !isRecord(a)) : actions)),
  },
  'does not tell the platform of the end': {
    laws: ['law 6'],
    core: without((a) => a.type === 'ask' && a.ask.type === 'end'),
  },
  'shows the PIN': {
    laws: ['law 7'],
    core: doing((actions) =>
      actions.map((a) =>
        a.type === 'ask' && a.ask.type === 'identify' && a.ask.pin instanceof Pin
          ? { ...a, ask: { ...a.ask, digits: a.ask.pin.reveal() } }
          : a,
      ),
    ),
  },
  'leaves timers running': { laws: ['law 8'], core: without((a) => a.type === 'stop-timer') },
  'does not hang up': { laws: ['law 8'], core: without((a) => a.type === 'hang-up') },
  'leaves a tone on': { laws: ['law 8'], core: without((a) => a.type === 'tone' && a.tone === null) },
  'does something with the handset down': {
    laws: ['law 9', 'law 5'],
    core: doing((actions, event, { state }) =>
      state.call.phase === 'idle' && event.type !== 'off-hook' && 'call' in event
        ? [{ type: 'hang-up', call: event.call }]
        : actions,
    ),
  },
  'speaks before the lift is written down': {
    laws: ['order'],
    core: doing((actions, event) => (event.type === 'off-hook' ? [...actions].reverse() : actions)),
  },
  'uses a request number again': {
    laws: ['request numbers'],
    core: doing((actions) => actions.map((a) => (a.type === 'ask' ? { ...a, request: 0 } : a))),
  },
  'lets everybody hear himself': {
    laws: ['maintenance'],
    core: doing((actions, event) => (event.type === 'off-hook' ? [...actions, { type: 'echo', on: true }] : actions)),
  },
  'takes any code': {
    laws: ['maintenance'],
    core: (state, event) => step(state, event.type === 'bench-reply' ? { ...event, ok: true } : event),
  },
  'beeps where no key is pressed': {
    laws: ['keys'],
    core: doing((actions, event) => (event.type === 'said' ? [...actions, { type: 'key-beep' }] : actions)),
  },
  'leaves the echo on': { laws: ['law 8'], core: without((a) => a.type === 'echo' && !a.on) },
  'says no reason': {
    laws: ['reasons'],
    core: without((a) => a.type === 'say' && a.clips.includes('please-hang-up')),
  },
  'tells of a tip line': {
    laws: ['told'],
    core: (state, event) => {
      const result = step(state, event);
      return { ...result, told: { event, actions: result.actions } };
    },
  },
  'shows a tip line in its status': {
    laws: ['told', 'law 8'],
    core: (state, event) => {
      const result = step(state, event);
      return { ...result, state: { ...result.state, cover: null } };
    },
  },
  'sends a tip line without its cover': {
    laws: ['told'],
    core: doing((actions) =>
      actions.flatMap((a): Action[] => {
        if (a.type !== 'journal') return [a];
        if (a.entry.type === 'cover') return [];
        if (a.entry.type !== 'down') return [a];
        const { type, call, at } = a.entry;
        return [{ ...a, entry: { type, call, at } }];
      }),
    ),
  },
  'never sends what was held': {
    laws: ['law 5'],
    core: without((a) => a.type === 'journal' && a.entry.type === 'down'),
  },
  'sends the record of a lift before the handset is down': {
    laws: ['told'],
    core: doing((actions) =>
      actions.map((a) =>
        a.type === 'journal' && a.entry.type === 'record'
          ? { ...a, entry: { type: 'record', record: a.entry.record } }
          : a,
      ),
    ),
  },
  'hears a caller who has not agreed': {
    laws: ['consent'],
    core: (state, event) => {
      const { call } = state;
      if (call.phase !== 'enrolling' || call.agreed) return step(state, event);
      return step({ ...state, call: { ...call, agreed: true } }, event);
    },
  },
  'takes a yes before the notice was read': {
    laws: ['consent'],
    core: (state, event) => {
      const { call } = state;
      if (call.phase !== 'enrolling' || call.answering.at !== 'notice') return step(state, event);
      return step({ ...state, call: { ...call, answering: { ...call.answering, read: true } } }, event);
    },
  },
  'listens on with the handset down': {
    laws: ['law 8'],
    core: without((a) => a.type === 'listen' && a.listen === null),
  },
  'watches every call': {
    laws: ['law 4'],
    core: doing((actions, event) =>
      actions.flatMap((a): Action[] =>
        a.type === 'bridge' && a.on && 'call' in event ? [a, { type: 'watch', call: a.call }] : [a],
      ),
    ),
  },
  'shows a voice': {
    laws: ['law 7'],
    core: doing((actions) =>
      actions.map((a) =>
        a.type === 'ask' && a.ask.type === 'voice' && 'voice' in a.ask.telling
          ? { ...a, ask: { ...a.ask, features: a.ask.telling.voice.reveal() } }
          : a,
      ),
    ),
  },
  'sets no limit to ringing': {
    laws: ['stalls'],
    core: without((a) => a.type === 'start-timer' && a.timer === 'ring'),
  },
};
