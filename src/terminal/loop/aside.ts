import type { Logger } from 'pino';
import type { Fleet } from '../fleet/port.ts';
import type { Aside } from './events.ts';

/** What is none of the core's business: counted, logged, and told to those who mend phones. */
export function openAside(
  fleet: Fleet,
  log: Logger,
): { readonly aside: Aside; readonly counters: Record<string, number> } {
  const counters: Record<string, number> = {};
  const count = (what: string, times = 1): number => {
    counters[what] = (counters[what] ?? 0) + times;
    return counters[what];
  };
  const aside: Aside = {
    badInput(edge, detail) {
      log.warn({ edge, count: count(edge) }, `bad input dropped: ${detail}`);
    },
    soundLost(part, times) {
      log.warn({ part, count: count(part === 'capture' ? 'overruns' : 'underruns', times) }, 'the card lost sound');
    },
    unwatched(detail) {
      log.warn({ count: count('unwatched') }, `nobody listens for who speaks: ${detail}`);
    },
    orderRefused(topic, reason) {
      log.warn({ topic }, `order refused: ${reason}`);
      fleet.tell({ type: 'order-refused', topic, reason });
    },
    secondClient(detail) {
      log.error({ count: count('second-client') }, detail);
      fleet.tell({ type: 'second-client', detail });
    },
    fault(fault, state, detail) {
      log[state === 'raised' ? 'warn' : 'info']({ fault, state }, `${fault} ${state}: ${detail}`);
      fleet.tell({ type: 'fault', fault, state, detail });
    },
    note: (what, detail) => log.info(detail === '' ? what : `${what}: ${detail}`),
  };
  return { aside, counters };
}
