import type { Logger } from 'pino';
import { exitCodeOf } from './usage.ts';

/** What runs until it is stopped. */
interface Service {
  close(): Promise<void>;
  /** Resolves when it cannot go on and only a new process can. */
  readonly failed?: Promise<Error>;
}

/** A service that failed may not be able to close, ms. */
const CLOSE_AT_MOST = 5_000;
/** So long a service that is told to stop may take to have started, ms: on a busy machine that is long. */
const START_AT_MOST = 60_000;

/**
 * Runs a service until it is told to stop (SIGINT, SIGTERM), then closes it; told so while it starts, it is closed when it is up. A
 * second signal ends the process at once.
 * One that failed is closed too, and the process ends with the exit code of what failed it: after a 1 whoever keeps it running starts it again.
 */
export async function untilStopped(starting: Promise<Service>, log: Logger): Promise<void> {
  const stop = new Promise<NodeJS.Signals>((told) => {
    const first = (signal: NodeJS.Signals) => {
      process.once(signal, () => process.exit(130));
      told(signal);
    };
    process.once('SIGINT', first);
    process.once('SIGTERM', first);
  });
  // What cannot start, as where its database is not there yet, cannot be closed either.
  const early = stop.then(() => setTimeout(() => process.exit(1), START_AT_MOST));
  const service = await starting;
  void early.then(clearTimeout);
  const signal = await (service.failed ? Promise.race([stop, service.failed]) : stop);
  if (signal instanceof Error) {
    const code = exitCodeOf(signal);
    log.fatal(`${signal.message}: this process ends${code === 1 ? ', to be started again' : ''}`);
    setTimeout(() => process.exit(code), CLOSE_AT_MOST);
    await service.close();
    process.exit(code);
  }
  log.info(`${signal}: closing`);
  await service.close();
}
