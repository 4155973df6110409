import { Subject } from 'rxjs';
import { beforeEach, expect, test } from 'vitest';
import { Captioner } from '../../../sim/world/captions.ts';
import type { Captions } from '../../../sim/world/port.ts';
import type { TerminalStep } from '../../../src/terminal/loop/loop.ts';

let steps: Subject<TerminalStep>;
let now: Captions;
let captioner: Captioner;

beforeEach(() => {
  steps = new Subject();
  captioner = new Captioner(steps, (captions) => {
    now = captions;
  });
});

const step = (type: string, ...actions: object[]) =>
  steps.next({ event: { type, at: 1 }, actions, state: {} } as unknown as TerminalStep);
const say = (to: string, language: string, clips: string) =>
  step('key', { type: 'say', to, language, clips: clips.split(' ') });
const read = () => ({
  caller: now.caller.map(({ text }) => text),
  callee: now.callee.map(({ text }) => text),
});

test('recordings are read as the sentences that they make', () => {
  step('off-hook');
  say('caller', 'en', 'welcome choose-language n1');
  say('caller', 'en', 'your-balance-is n25 dollars you-have n15 minutes for-this-call');
  say('caller', 'es', 'you-have n2 minutes remaining');
  expect(read().caller).toEqual([
    'Welcome. For English, press one.',
    'Your balance is twenty-five dollars. You have fifteen minutes for this call.',
    'Usted tiene dos minutos para terminar su llamada.',
  ]);
  expect(now.caller.map(({ language }) => language)).toEqual(['en', 'en', 'es']);
});

test('the called party reads who calls, by his recorded name or without, and each reads his own end alone', () => {
  step('off-hook');
  say('callee', 'en', 'greeting-from site/caller-c-daniel greeting-at site/facility-name greeting-not-recorded');
  say('callee', 'en', 'greeting-from site/caller-c-nobody greeting-at site/facility-name to-accept-press n1');
  say('nobody', 'en', 'goodbye');
  expect(read()).toEqual({
    caller: [],
    callee: [
      'Hello. You have a call from Daniel Brooks at Pine River County Jail. This call is from a correctional facility. It is a private call, and is not recorded.',
      'Hello. You have a call from at Pine River County Jail. To accept this call, press one.',
    ],
  });
  say('both', 'en', 'you-have n1 minute remaining');
  expect([now.caller.length, now.callee.length]).toEqual([1, 3]);
});

test('a made-up voice is read at the phone, and in a call at both ends; what is said again stands once', () => {
  step('off-hook');
  captioner.voice('maria', ['n4', 'n7'], false);
  captioner.voice('james', ['name'], true);
  captioner.voice('james', ['name'], true);
  expect(now.caller).toMatchObject([
    { who: 'maria', language: 'es', text: 'Cuatro. Siete.' },
    { who: 'james', text: 'James Cole.' },
  ]);
  expect(read().callee).toEqual(['James Cole.']);
  step('off-hook');
  expect(read()).toEqual({ caller: [], callee: [] });
});
