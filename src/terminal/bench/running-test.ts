import { randomUUID } from 'node:crypto';
import { BehaviorSubject, type Observable } from 'rxjs';
import type { Part, PartResult, SelfTestProgress } from '../../protocol/self-test.ts';
import type { Instant } from '../../protocol/units.ts';
import type { Led } from '../hardware/port.ts';
import type { Fitted } from './fitted.ts';
import type { TestAction } from './test/action.ts';
import type { TestEvent } from './test/event.ts';
import { progressOf } from './test/progress.ts';
import type { TestState } from './test/state.ts';
import { start, stepTest, type TestStep } from './test/step.ts';

/** An event before it is stamped. */
type Happening = TestEvent extends infer E ? (E extends { at: Instant } ? Omit<E, 'at'> : never) : never;

/** What a test works with. */
export interface Tools {
  readonly fitted: Fitted;
  measure(part: Part): Promise<PartResult>;
  lamp(led: Led, lit: 'on' | 'off' | 'blink'): void;
  echo(on: boolean): void;
  now(): Instant;
}

/** One self-test under way: the pure steps with a clock, a timer and hands. */
export class RunningTest {
  readonly id = randomUUID();
  /** How it stands, the present first; completes when it is over. */
  readonly progress: Observable<SelfTestProgress>;
  readonly started: Instant;
  readonly #tools: Tools;
  readonly #progress: BehaviorSubject<SelfTestProgress>;
  #state: TestState;
  #timer: NodeJS.Timeout | null = null;

  constructor(parts: readonly Part[], hook: 'on' | 'off', tools: Tools) {
    this.#tools = tools;
    this.started = tools.now();
    const first = start(parts, tools.fitted, hook);
    this.#state = first.state;
    this.#progress = new BehaviorSubject(progressOf(this.id, first.state));
    this.progress = this.#progress.asObservable();
    this.#do(first);
  }

  get results(): readonly PartResult[] {
    return this.#state.results;
  }

  /** Something happened. */
  feed(event: Happening): void {
    const done = stepTest(this.#state, { ...event, at: this.#tools.now() } as TestEvent);
    const news = done.state !== this.#state;
    this.#state = done.state;
    if (news) this.#progress.next(progressOf(this.id, done.state));
    this.#do(done);
  }

  #do({ actions }: TestStep): void {
    for (const action of actions) this.#act(action);
  }

  #act(action: TestAction): void {
    switch (action.type) {
      case 'measure':
        void this.#measure(action.part);
        break;
      case 'lamp':
        this.#tools.lamp(action.led, action.lit);
        break;
      case 'echo':
        this.#tools.echo(action.on);
        break;
      case 'timer': {
        const { run, after } = action;
        if (this.#timer) clearTimeout(this.#timer);
        this.#timer = setTimeout(() => this.feed({ type: 'timer', run }), after);
        break;
      }
      case 'over':
        if (this.#timer) clearTimeout(this.#timer);
        this.#progress.complete();
    }
  }

  async #measure(part: Part): Promise<void> {
    const result = await this.#tools.measure(part).catch(
      (error: unknown): PartResult => ({
        part,
        verdict: 'failed',
        detail: `could not be looked at: ${String(error)}`.slice(0, 300),
        remedy: 'do this part again; see the log of the terminal',
        figures: {},
      }),
    );
    this.feed({ type: 'measured', result });
  }
}
