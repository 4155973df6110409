import { isMainThread, type MessagePort } from 'node:worker_threads';
import { Ticker } from '../../audio/ticker.ts';
import { Engine } from './engine.ts';
import type { Command, EngineOptions, Notice, Reply } from './messages.ts';

/** Asked for, what begins there wants ticks. */
const WAKING: ReadonlySet<Command['type']> = new Set(['open', 'loopback', 'microphone']);

/** Runs an engine that takes its orders from `port` and tells what happens there, until it is told to close. */
export function runEngine(port: MessagePort, options: EngineOptions): void {
  const post = (notice: Notice) => port.postMessage(notice);
  let resting = false;
  const engine = new Engine(
    options,
    (event) => post({ type: 'event', event }),
    () => performance.now(),
    wake,
  );
  const waiting: (() => void)[] = [];
  const tick = (skipped: number) => {
    engine.tick(skipped);
    for (const ticked of waiting.splice(0)) ticked();
    if (!engine.restful) return wake();
    resting = true;
    engine.rest();
    ticker.rest();
  };
  const ticker = new Ticker(tick, { exact: !isMainThread });
  const alive = () =>
    new Promise<number>((resolve) => {
      waiting.push(() => resolve(0));
      ticker.wake();
    });

  /** Engine and device ask for it too, while they are being made. */
  function wake(): void {
    if (!resting) return;
    resting = false;
    for (let ahead = engine.wake(); ahead > 0; ahead--) engine.tick(0);
    ticker.wake();
  }

  const answer = async (command: Extract<Command, { id: number }>): Promise<Reply> => {
    switch (command.type) {
      case 'open':
        return engine.open(command.call, command.address, command.options);
      case 'tap':
        engine.tap(command.call, command.port);
        return 0;
      case 'microphone':
        engine.microphone(command.port);
        return 0;
      case 'loopback':
        return engine.loopback();
      case 'stats':
        return engine.stats(command.call);
      case 'alive':
        return alive();
      case 'close':
        ticker.close();
        await engine.close();
        return 0;
    }
  };

  port.on('message', (command: Command) => {
    if (!('id' in command)) {
      engine.obey(command);
      wake();
      return;
    }
    if (WAKING.has(command.type)) wake();
    answer(command).then(
      (value) => post({ type: 'reply', id: command.id, value }),
      (cause: Error) => post({ type: 'reply', id: command.id, error: cause.message }),
    );
  });
}
