import { isDeepStrictEqual } from 'node:util';
import type { Logger } from 'pino';
import { combineLatest, filter, first, map, startWith, timer } from 'rxjs';
import { NOT_IN_SERVICE } from '../protocol/lockdown.ts';
import { ATTENDED, PARTS } from '../protocol/self-test.ts';
import type { Terminal } from './main.ts';

/** The exchange, and an order by the broker, are waited for so long, ms: then the test says which is not there. */
const PATIENCE = 60_000;

/** All that needs nobody at the phone. */
const UNATTENDED = PARTS.filter((part) => !ATTENDED.includes(part));

/** Has a phone that was just claimed test itself, once the handset is down and all is up that it needs; staff are told the result. */
export function testWhenReady(terminal: Terminal, log: Logger): void {
  const late = timer(PATIENCE).pipe(
    map(() => true),
    startWith(false),
  );
  combineLatest([terminal.steps, late])
    .pipe(
      filter(([{ state }, isLate]) => {
        const { call, registration, lockdown } = state;
        const isUp = registration === 'registered' && !isDeepStrictEqual(lockdown, NOT_IN_SERVICE);
        return call.phase === 'idle' && (isUp || isLate);
      }),
      first(null, null),
    )
    .subscribe((ready) => {
      if (ready === null) return;
      terminal
        .test(UNATTENDED, 'claim')
        .catch((err: unknown) =>
          log.warn({ err }, 'the self-test after the claim could not begin: run tierphone selftest'),
        );
    });
}
