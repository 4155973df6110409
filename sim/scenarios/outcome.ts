import type { LedgerLine } from '../world/port.ts';
import type { Scenario } from './scenario.ts';

type Wanted = Scenario['outcome']['records'][number];

const dollars = (micros: number) => `$${(micros / 1_000_000).toFixed(6)}`;

/** The first thing in which the ledger is not as wanted, in one line; null where there is none. */
export function differences(wanted: readonly Wanted[], ledger: readonly LedgerLine[]): string | null {
  if (ledger.length !== wanted.length) return `expected ${wanted.length} records, the ledger has ${ledger.length}`;
  for (const [i, want] of wanted.entries()) {
    const difference = compare(want, ledger[i] as LedgerLine);
    if (difference) return `record ${i + 1}: ${difference}`;
  }
  return null;
}

function compare(want: Wanted, line: LedgerLine): string | null {
  if (line.ending !== want.ending) return `expected ending ${want.ending}, it is ${line.ending}`;
  if (want.bound !== undefined && line.bound !== want.bound) return `expected bound ${want.bound}, it is ${line.bound}`;
  if (want.during !== undefined && line.during !== want.during) {
    return `expected to end while ${want.during}, it ended while ${line.during}`;
  }
  if (want.privileged !== undefined && line.privileged !== want.privileged) {
    return `expected privileged ${want.privileged}, it is ${line.privileged}`;
  }
  if (want.talked && (line.talked < want.talked[0] || line.talked > want.talked[1])) {
    return `expected talk of ${want.talked.join(' to ')} ms, it is ${line.talked} ms`;
  }
  if (want.charged !== undefined) {
    const [least, most] = Array.isArray(want.charged) ? want.charged : [want.charged, want.charged];
    if (line.charged < least || line.charged > most) {
      return `expected a charge of ${dollars(least)} to ${dollars(most)}, it is ${dollars(line.charged)}`;
    }
  }
  return null;
}
