import { afterEach } from 'vitest';
import type { Pace } from '../../../../src/terminal/telephony/sip/pace.ts';
import { openTestAccount, type TestConfig } from './fakes.ts';
import { ANSWER, FarEnd } from './far-end.ts';

/** Ten times as fast as RFC 3261 has it. */
const PACE = { timing: { t1: 50, t2: 400 }, backOff: { first: 100, longest: 400 }, farewell: 200 };
export const NUMBER = '+12025550123';

/** Terminals and far ends for the tests of one file, closed after each. */
export function calling() {
  const closers: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close();
  });

  async function farEnd(): Promise<FarEnd> {
    const far = await FarEnd.open();
    closers.push(() => far.close());
    return far;
  }

  async function terminal(port: number, config: TestConfig = {}, pace: Partial<Pace> = {}) {
    const opened = await openTestAccount(port, config, { ...PACE, ...pace });
    closers.push(() => opened.account.close());
    return opened;
  }

  /** A call that the far end knows of. */
  async function dialled(config: TestConfig = {}, pace: Partial<Pace> = {}) {
    const far = await farEnd();
    const opened = await terminal(far.port, config, pace);
    opened.account.dial('one', NUMBER, { privileged: false });
    return { far, ...opened, invite: await far.next('INVITE') };
  }

  /** A call that is answered, with these headers in the 200. */
  async function talking(config: TestConfig = {}, pace: Partial<Pace> = {}, more: [string, string][] = []) {
    const it = await dialled(config, pace);
    it.far.answer(it.invite, 200, ANSWER, 'far', more);
    await it.far.next('ACK');
    return it;
  }

  return { farEnd, terminal, dialled, talking };
}
