import type { Logger } from 'pino';

/** Runs a service until it is told to stop (SIGINT, SIGTERM), then closes it. A second signal ends the process at once. */
export async function untilStopped(service: { close(): Promise<void> }, log: Logger): Promise<void> {
  const signal = await new Promise<NodeJS.Signals>((stop) => {
    process.once('SIGINT', stop);
    process.once('SIGTERM', stop);
  });
  process.once(signal, () => process.exit(130));
  log.info(`${signal}: closing`);
  await service.close();
}
