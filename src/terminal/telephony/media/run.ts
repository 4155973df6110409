import { isMainThread, type MessagePort } from 'node:worker_threads';
import { Ticker } from '../../audio/ticker.ts';
import { Engine } from './engine.ts';
import type { Command, EngineOptions, Notice, Reply } from './messages.ts';

/** Runs an engine that takes its orders from `port` and tells what happens there, until it is told to close. */
export function runEngine(port: MessagePort, options: EngineOptions): void {
  const post = (notice: Notice) => port.postMessage(notice);
  const engine = new Engine(
    options,
    (event) => post({ type: 'event', event }),
    () => performance.now(),
  );
  const ticker = new Ticker((skipped) => engine.tick(skipped), { exact: !isMainThread });

  const answer = async (command: Extract<Command, { id: number }>): Promise<Reply> => {
    switch (command.type) {
      case 'open':
        return engine.open(command.call, command.address, command.options);
      case 'tap':
        engine.tap(command.call, command.port);
        return 0;
      case 'loopback':
        return engine.loopback();
      case 'stats':
        return engine.stats(command.call);
      case 'close':
        ticker.close();
        await engine.close();
        return 0;
    }
  };

  port.on('message', (command: Command) => {
    if (!('id' in command)) {
      engine.obey(command);
      return;
    }
    answer(command).then(
      (value) => post({ type: 'reply', id: command.id, value }),
      (cause: Error) => post({ type: 'reply', id: command.id, error: cause.message }),
    );
  });
}
