import { effect, signal } from '@preact/signals';
import { KEYS, type Key } from '../../../../src/protocol/units.ts';
import { notice } from '../../../../src/web/kit/notices.ts';
import type { Speaker } from '../../../world/port.ts';
import { playClick, startSound } from '../sound/player.ts';
import { act, lifted, snapshot } from '../state.ts';

const SHOWN_MS = 130;
const BETWEEN_KEYS_MS = 140;
const PATIENCE_MS = 20_000;
/** A notice that is read, and three answers. */
const BY_VOICE_MS = 120_000;

/** The key that is down, for the eye. */
export const keyDown = signal<Key | null>(null);
/** Whether keys are being pressed for the person. */
export const typing = signal(false);

let turn = 0;
let shown: number | undefined;

function strike(key: Key): void {
  keyDown.value = key;
  window.clearTimeout(shown);
  shown = window.setTimeout(() => {
    keyDown.value = null;
  }, SHOWN_MS);
  playClick();
  act({ do: 'key', key });
}

/** A key pressed by the person: what was being typed for him stops. */
export function press(key: Key): void {
  stopTyping();
  navigator.vibrate?.(8);
  strike(key);
}

/** Lifts the handset or puts it down. */
export function toggleHook(): void {
  stopTyping();
  playClick();
  act(lifted.value ? { do: 'hang-up' } : { do: 'lift' });
}

/** Stops pressing keys for the person. */
export function stopTyping(): void {
  turn += 1;
  typing.value = false;
}

const pause = (ms: number): Promise<void> => new Promise((done) => window.setTimeout(done, ms));

/** Waits until the call is in one of `phases`; false where that does not come, or the turn is over. */
function reach(mine: number, phases: readonly string[], patience = PATIENCE_MS): Promise<boolean> {
  return new Promise((done) => {
    const finish = (ok: boolean): void => {
      window.clearTimeout(timer);
      queueMicrotask(() => stop());
      done(ok);
    };
    const timer = window.setTimeout(() => finish(false), patience);
    const stop = effect(() => {
      if (mine !== turn || !typing.value) finish(false);
      else if (phases.includes(snapshot.value?.phase ?? '')) finish(true);
    });
  });
}

async function type(mine: number, text: string): Promise<void> {
  for (const digit of text) {
    if (mine !== turn) return;
    const key = KEYS.find((k) => k === digit);
    if (!key) continue;
    strike(key);
    await pause(BETWEEN_KEYS_MS);
  }
}

/** A number as a caller keys it: area code and number, without the country's 1. */
export const asKeyed = (number: string): string => `${number.replace(/^\+1(?=\d{10}$)/, '').replace('+', '')}#`;

/** Presses `keys` one after another. */
export async function typeKeys(keys: string): Promise<void> {
  if (!lifted.value) {
    notice('Lift the handset first.');
    return;
  }
  stopTyping();
  typing.value = true;
  const mine = turn;
  await type(mine, keys);
  if (mine === turn) typing.value = false;
}

/**
 * Leads a whole call up to its ringing: lifts, takes English, keys the PIN where there is one, and the number. `voice` takes the handset
 * where one is asked for; to a voiceprint it is up to you to say yes or no.
 */
export async function leadCall(pin: string, number: string, voice: Speaker | null): Promise<void> {
  stopTyping();
  typing.value = true;
  const mine = turn;
  void startSound();
  if (voice !== null) act({ do: 'hand', to: voice });
  if (!lifted.value) act({ do: 'lift' });
  if (!(await reach(mine, ['language', 'pin', 'number']))) return end(mine);
  if (snapshot.value?.phase === 'language') {
    await pause(900);
    await type(mine, pin === '' ? number : '1');
    if (pin === '') return end(mine);
  }
  if (!(await reach(mine, ['pin', 'number']))) return end(mine);
  if (snapshot.value?.phase === 'pin') {
    await pause(700);
    await type(mine, pin === '' ? number : pin);
    if (pin === '') return end(mine);
  }
  if (!(await reach(mine, ['number'], voice === null ? PATIENCE_MS : BY_VOICE_MS))) return end(mine);
  await pause(700);
  await type(mine, asKeyed(number));
  end(mine);
}

function end(mine: number): void {
  if (mine === turn) typing.value = false;
}

const TEXT_FIELDS = 'input, textarea, select';
const USES_SPACE = `${TEXT_FIELDS}, button, summary, a`;

/** The computer's keyboard is the phone's: digits, * and #, and L or the space bar for the hook. */
export function openKeyboard(): void {
  window.addEventListener('keydown', (event) => {
    if (event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
    const target = event.target instanceof Element ? event.target : null;
    if (target?.closest(TEXT_FIELDS)) return;
    const key = KEYS.find((k) => k === event.key);
    if (key) press(key);
    else if (event.key.toLowerCase() === 'l') toggleHook();
    else if (event.key === ' ' && !target?.closest(USES_SPACE)) {
      event.preventDefault();
      toggleHook();
    }
  });
}
