import { Subject } from 'rxjs';
import { expect, test } from 'vitest';
import { Mouths } from '../../../sim/world/mouth.ts';
import type { Frame } from '../../../sim/world/port.ts';
import type { TerminalStep } from '../../../src/terminal/loop/loop.ts';

/** A phone of which only what is asked of a voice is told. */
function phone() {
  const steps = new Subject<TerminalStep>();
  const said: Int16Array[] = [];
  const asked: (string | null)[] = [];
  const captions: unknown[] = [];
  let otherwise: () => Frame = () => new Int16Array(320);
  const mouths = new Mouths(
    {
      say: (speech) => said.push(speech),
      otherwise: (source) => {
        otherwise = source;
      },
    },
    steps,
    (digits) => asked.push(digits),
    (...caption) => captions.push(caption),
  );
  const step = (phase: string, event: object, ...actions: object[]) =>
    steps.next({ state: { call: { phase } }, event, actions } as unknown as TerminalStep);
  return {
    mouths,
    asked,
    captions,
    ask: () =>
      step('verifying', { type: 'reply' }, { type: 'say', clips: ['please-say', 'n4', 'n7', 'n2', 'n9', 'n1'] }),
    listen: () => step('verifying', { type: 'said' }, { type: 'listen', listen: 1 }),
    answered: () => step('verifying', { type: 'answer' }),
    talk: () => step('talking', { type: 'key' }),
    hangUp: () => step('idle', { type: 'on-hook' }),
    next: () => otherwise(),
    /** What was said, and was anything. */
    said: () => said.splice(0).filter(({ length }) => length > 0),
  };
}

test('who has the handset says what is asked for, when he is listened to', () => {
  const { mouths, ask, listen, asked, said, captions } = phone();
  mouths.hand('daniel');
  ask();
  expect([asked, said()]).toEqual([['47291'], []]);
  listen();
  expect(said()).toHaveLength(1);
  expect(captions).toEqual([['daniel', ['n4', 'n7', 'n2', 'n9', 'n1'], false]]);
});

test('another answers in his place: at once where the phone listens, else when it does, and once', () => {
  const { mouths, ask, listen, answered, said } = phone();
  ask();
  mouths.answer('james');
  expect(said()).toEqual([]);
  listen();
  expect(said()).toHaveLength(1);
  answered();
  ask();
  listen();
  expect(said()).toEqual([]);
  mouths.answer('maria');
  expect(said()).toHaveLength(1);
});

test('with nobody at the handset, or a test voice, nothing is said to the phone that asks', () => {
  const { mouths, ask, listen, said, next } = phone();
  for (const who of ['nobody', 'test-signal'] as const) {
    mouths.hand(who);
    ask();
    listen();
    for (let n = 0; n < 50; n++) expect(next().every((sample) => sample === 0)).toBe(true);
    expect(said()).toEqual([]);
  }
});

test('in a call he talks on and on, and to no longer asking the digits are taken away', () => {
  const { mouths, ask, talk, said, next, asked, hangUp, captions } = phone();
  mouths.hand('maria');
  next();
  expect(said()).toEqual([]);
  ask();
  talk();
  expect(asked).toEqual(['47291', null]);
  next();
  expect(said()).toHaveLength(1);
  expect(captions).toEqual([['maria', expect.any(Array), true]]);
  hangUp();
  expect(said()).toEqual([]);
});
