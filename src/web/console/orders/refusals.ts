import { signal } from '@preact/signals';

/** What the last order was refused for, by phone, and when (ms since 1970, the server's clock). */
export const refusals = signal<ReadonlyMap<string, { readonly reason: string; readonly at: number }>>(new Map());

export function refusedBy(terminal: string, reason: string, at: number): void {
  refusals.value = new Map(refusals.peek()).set(terminal, { reason, at });
}
