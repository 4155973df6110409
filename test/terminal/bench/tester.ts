import type { Part, PartResult } from '../../../src/protocol/self-test.ts';
import type { Instant, Key } from '../../../src/protocol/units.ts';
import type { Fitted } from '../../../src/terminal/bench/fitted.ts';
import type { TestAction } from '../../../src/terminal/bench/test/action.ts';
import type { TestEvent } from '../../../src/terminal/bench/test/event.ts';
import { progressOf } from '../../../src/terminal/bench/test/progress.ts';
import type { TestState } from '../../../src/terminal/bench/test/state.ts';
import { start, stepTest } from '../../../src/terminal/bench/test/step.ts';

export const ALL: Fitted = {
  volume: ['up', 'down'],
  tamper: true,
  lamps: ['line', 'fault'],
  sound: true,
  simulated: [],
};

const ID = '00000000-0000-4000-8000-000000000001';

type Happening = TestEvent extends infer E ? (E extends TestEvent ? Omit<E, 'at'> : never) : never;

/** A self-test with a clock and its one timer. */
export class Tester {
  state: TestState;
  readonly actions: TestAction[] = [];
  at = 1_000_000;
  #timer: { run: number; due: number } | null = null;

  constructor(parts: readonly Part[], fitted: Fitted = ALL) {
    const { state, actions } = start(parts, fitted, 'on');
    this.state = state;
    this.#take(actions);
  }

  get progress() {
    return progressOf(ID, this.state);
  }

  get results(): string[] {
    return this.state.results.map(({ part, verdict }) => `${part} ${verdict}`);
  }

  get last(): PartResult {
    const last = this.state.results.at(-1);
    if (!last) throw new Error('no part is over');
    return last;
  }

  /** The timer that runs, by when it is due; null with none. */
  get due(): number | null {
    return this.#timer?.due ?? null;
  }

  do(event: Happening): readonly TestAction[] {
    const { state, actions } = stepTest(this.state, { ...event, at: this.at as Instant } as TestEvent);
    this.state = state;
    this.#take(actions);
    return actions;
  }

  /** Time passes; the timer fires where it is due. */
  wait(span: number): void {
    const until = this.at + span;
    while (this.#timer !== null && this.#timer.due <= until) {
      const { run, due } = this.#timer;
      this.at = due;
      this.#timer = null;
      this.do({ type: 'timer', run });
    }
    this.at = until;
  }

  down = (key: Key) => this.do({ type: 'key', key, edge: 'down' });
  up = (key: Key) => this.do({ type: 'key', key, edge: 'up' });

  /** Presses keys as a hand does. */
  press(keys: string): void {
    for (const key of keys) {
      this.down(key as Key);
      this.wait(90);
      this.up(key as Key);
      this.wait(160);
    }
  }

  #take(actions: readonly TestAction[]): void {
    this.actions.push(...actions);
    for (const action of actions) {
      if (action.type === 'timer') this.#timer = { run: action.run, due: this.at + action.after };
      if (action.type === 'over') this.#timer = null;
    }
  }
}
