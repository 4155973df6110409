import type { Phase } from '../../protocol/call.ts';
import type { Lockdown } from '../../protocol/lockdown.ts';
import type { Fault } from '../../protocol/messages.ts';
import { packageRoot } from '../../protocol/package-root.ts';
import { promptWords, sentences } from '../../terminal/audio/prompts/sentences.ts';
import type { Action } from '../../terminal/call/action.ts';
import { view } from '../../terminal/call/view.ts';
import type { TerminalStep } from '../../terminal/loop/loop.ts';

/** Lines of the earpiece that are kept. */
const KEPT = 8;

/** A phone on a desk, as who sits before it sees and hears it. */
export interface Seen {
  readonly hook: 'on' | 'off';
  readonly phase: Phase;
  /** What was keyed in this phase: as keys where a number is asked for, else as dots, since it may be a PIN. */
  readonly keyed: string;
  /** What the ear heard since the handset was lifted, in words, oldest first. */
  readonly heard: readonly string[];
  /** How many lines were heard since the start: which of them are new. */
  readonly lines: number;
  readonly lockdown: Lockdown['state'];
  readonly registration: 'registered' | 'unregistered' | 'not-used';
  readonly faults: readonly Fault[];
}

/** What one step of the terminal makes of what was seen before. */
export function seeing(before: Seen | null, { event, state, actions }: TerminalStep): Seen {
  const { hook, phase } = view(state);
  const same = before?.phase === phase && event.type !== 'off-hook';
  const keyed = same ? before.keyed : '';
  const old = event.type === 'off-hook' ? [] : (before?.heard ?? []);
  const now = actions.flatMap(heardBy);
  return {
    hook,
    phase,
    keyed: same && event.type === 'key' ? keyed + (phase === 'number' ? event.key : '•') : keyed,
    heard: [...old, ...now].slice(-KEPT),
    lines: (before?.lines ?? 0) + now.length,
    lockdown: state.lockdown.state,
    registration: state.registration,
    faults: [...state.faults],
  };
}

let words: ReturnType<typeof promptWords> | undefined;

const TONES = { ringback: 'it rings', busy: 'busy tone', reorder: 'fast busy tone' } as const;

/** What an action lets the ear hear, in words. */
function heardBy(action: Action): readonly string[] {
  switch (action.type) {
    case 'say': {
      if (action.to !== 'caller' && action.to !== 'both') return [];
      words ??= promptWords(packageRoot());
      const said = sentences(action.clips, words[action.language]);
      return said === '' ? [] : [said];
    }
    case 'tone':
      return action.tone === null ? [] : [`(${TONES[action.tone]})`];
    case 'bridge':
      return action.on ? ['(the called party)'] : [];
    default:
      return [];
  }
}
