import { networkInterfaces } from 'node:os';
import type { AccountConfig } from '../config.ts';

/** The local address that is configured; undefined where any will do. */
export function configuredAddress({ local }: AccountConfig): string | undefined {
  return local.address === '0.0.0.0' || local.address === '::' ? undefined : local.address;
}

/** The first of the machine's own addresses: as good as any where there is no way to the trunk yet. */
export function ownAddress(): string {
  const own = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return own.find(({ family, internal }) => family === 'IPv4' && !internal)?.address ?? '127.0.0.1';
}
