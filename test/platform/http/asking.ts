import { pino } from 'pino';
import { HttpConfig } from '../../../src/platform/config.ts';
import type { Control } from '../../../src/platform/context.ts';
import { type AddRoutes, startApi } from '../../../src/platform/http/server.ts';
import { ALL_RIGHTS, LOOKS, tokenOf } from '../people/machine.ts';

interface Answered {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

/** An API at which those ask who may do everything (`ask`), only look (`askAsStaff`), or are not known (`askAsNobody`); paths begin after the facility. */
export async function openAsking(control: Control, facility: string, more: readonly AddRoutes[] = []) {
  const vitals = () => ({ broker: 'up' as const, facilities: [], counters: {} });
  const api = await startApi(HttpConfig.parse({ port: 0 }), control, vitals, pino({ level: 'silent' }), more);
  const [all, looks] = [await tokenOf(control.db, 'Admin', ALL_RIGHTS), await tokenOf(control.db, 'Staff', LOOKS)];
  const by =
    (token: string | null) =>
    async (method: string, path: string, body?: object): Promise<Answered> => {
      const response = await fetch(`${api.address}/api/facilities/${facility}${path}`, {
        method,
        headers: {
          ...(token !== null && { authorization: `Bearer ${token}` }),
          ...(body && { 'content-type': 'application/json' }),
        },
        ...(body && { body: JSON.stringify(body) }),
      });
      return { status: response.status, body: (await response.json()) as Answered['body'] };
    };
  const fetchAll = (path: string) =>
    fetch(`${api.address}/api/facilities/${facility}${path}`, { headers: { authorization: `Bearer ${all}` } });
  return { ask: by(all), askAsStaff: by(looks), askAsNobody: by(null), fetch: fetchAll, close: api.close };
}
