import type { Key, Language } from '../../../protocol/units.ts';
import { whole } from '../code.ts';
import type { Input } from '../input.ts';
import type { CallState, LanguageState } from '../state.ts';
import type { Turn } from '../turn.ts';
import { dial } from './dialling.ts';
import { enterCode } from './maintenance.ts';
import { enterPin } from './pin.ts';
import { givesUp, keyCode, listen, prompt } from './waiting.ts';

/** Says one of the offers, in its own language: "For English, press one." */
function offer(turn: Turn, place: number, first: boolean): void {
  const clips = ['choose-language', `n${place + 1}`] as const;
  prompt(turn, first ? ['welcome', ...clips] : clips, turn.rules.languages[place]);
}

/** The handset is up: asks for the language where there is a choice, otherwise for the PIN. */
export function enterLanguage(turn: Turn): CallState {
  if (turn.rules.languages.length === 1) {
    turn.speak(turn.language);
    return enterPin(turn, 0, ['welcome']);
  }
  turn.enter('language');
  offer(turn, 0, true);
  return { phase: 'language', lift: turn.lift, stalls: 0, code: null, star: false, offer: 0 };
}

/** The languages are offered one after the other; a key takes one at any time, and a caller who does nothing the first. */
export function onLanguage(turn: Turn, call: LanguageState, input: Input): CallState {
  const { languages } = turn.rules;
  if (input.type === 'said') {
    const next = call.offer + 1;
    if (next < languages.length) {
      offer(turn, next, false);
      return { ...call, offer: next };
    }
    listen(turn);
    return call;
  }
  if (input.type === 'key') return onKey(turn, call, input.key);
  if (input.type !== 'timer') return call;
  const hotline = whole(call.code);
  if (input.timer === 'inter-digit' && hotline !== null) return dial(turn, { kind: 'hotline', hotline });
  if (givesUp(turn, call)) return choose(turn, turn.language);
  offer(turn, 0, false);
  return { ...call, stalls: call.stalls + 1, code: null, star: false, offer: 0 };
}

function choose(turn: Turn, language: Language): CallState {
  turn.speak(language);
  return enterPin(turn, 0);
}

function onKey(turn: Turn, call: LanguageState, key: Key): CallState {
  turn.stop('inter-digit');
  const { code, calls, technician } = keyCode(turn, call, key, true);
  if (technician) return enterCode(turn);
  if (calls !== null) return dial(turn, { kind: 'hotline', hotline: calls });
  const chosen = code === null ? turn.rules.languages[Number(key) - 1] : undefined;
  if (chosen !== undefined) return choose(turn, chosen);
  turn.hush('caller');
  listen(turn);
  return { ...call, code, star: key === '*' };
}
