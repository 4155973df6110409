import type { LivePhone } from '../../../protocol/api/live.ts';
import type { LockdownScope } from '../../../protocol/lockdown.ts';
import type { Words } from '../words/en.ts';

/** Whether an order for `scope` is for this phone. */
export function under(scope: LockdownScope, { unit, terminal }: LivePhone): boolean {
  switch (scope.kind) {
    case 'facility':
      return true;
    case 'unit':
      return scope.unit === unit;
    case 'terminal':
      return scope.terminal === terminal;
  }
}

/** What a scope is called. */
export function placeWords(scope: LockdownScope, w: Words): string {
  switch (scope.kind) {
    case 'facility':
      return w.orders.wholeFacility;
    case 'unit':
      return w.live.unitName(scope.unit);
    case 'terminal':
      return w.orders.phone(scope.terminal);
  }
}
