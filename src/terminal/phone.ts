import type { Logger } from 'pino';
import type { Voucher } from '../protocol/voucher.ts';
import { strangeHardware, whatItSays } from './claiming/says.ts';
import { type BoxSetup, openVoucherFile, setupOf } from './claiming/voucher-file.ts';
import { testWhenReady } from './first-test.ts';
import { startTerminal, type Terminal } from './main.ts';
import { openRenewals } from './renewal/open.ts';
import type { Parts } from './setup.ts';
import type { Document } from './storage/port.ts';
import { waitForClaim } from './waiting.ts';

/** A phone: a terminal, or what waits to be one. */
export interface Phone {
  /** Once it is one. */
  readonly terminal: Promise<Terminal>;
  /** Resolves when only a new process can go on. */
  readonly failed: Promise<Error>;
  close(): Promise<void>;
}

/**
 * Starts a phone that knows its hardware and no more: as the terminal that its voucher says, else it waits to be claimed, and is that then.
 * What was claimed in other hardware waits too.
 * @throws Error as `startTerminal` does
 */
export async function startPhone(setup: BoxSetup, log: Logger, parts: Parts = {}): Promise<Phone> {
  const vouchers = await openVoucherFile(setup.config.data, log);
  const start = async (voucher: Voucher) => startClaimed(setup, vouchers, voucher, log, parts);
  const strange = vouchers.value && strangeHardware(vouchers.value, await whatItSays());
  if (strange !== null) log.error(strange);
  if (vouchers.value !== null && strange === null) {
    const terminal = await start(vouchers.value);
    return { terminal: Promise.resolve(terminal), failed: terminal.failed, close: () => terminal.close() };
  }
  const waiting = await waitForClaim(setup, (voucher) => vouchers.write(voucher), log, parts);
  const becoming = waiting.claimed.then(async (voucher: Voucher) => {
    await waiting.handOver();
    const terminal = await start(voucher);
    testWhenReady(terminal, log);
    return terminal;
  });
  const failed = Promise.race([
    waiting.failed,
    becoming.then(
      (terminal) => terminal.failed,
      // What it was claimed as stands: it is that at the next start.
      (cause: unknown) => new Error(`claimed, and not started: ${String(cause)}`, { cause }),
    ),
  ]);
  return {
    terminal: becoming,
    failed,
    close: async () => {
      if (waiting.isOver())
        await becoming.then(
          (terminal) => terminal.close(),
          () => undefined,
        );
      else await waiting.close();
    },
  };
}

/** Starts the terminal that a voucher says; its certificate is renewed as long as it runs. */
async function startClaimed(
  setup: BoxSetup,
  vouchers: Document<Voucher | null>,
  voucher: Voucher,
  log: Logger,
  parts: Parts,
): Promise<Terminal> {
  const certificate = await openRenewals(setup.config, vouchers, voucher, log);
  try {
    const terminal = await startTerminal({ ...(await setupOf(setup, voucher)), certificate }, log, parts);
    return {
      ...terminal,
      close: async () => {
        await terminal.close();
        await certificate?.close();
      },
    };
  } catch (error) {
    await certificate?.close();
    throw error;
  }
}
