import type { Host } from './measure/network.ts';

/** The machines that a terminal's configuration names: its broker and the servers of its trunks. */
export function hostsOf(config: {
  readonly mqtt: { readonly url: string };
  readonly sip: { readonly trunks: readonly { readonly name: string; readonly server: { readonly host: string } }[] };
}): Host[] {
  return [
    { role: 'broker', host: new URL(config.mqtt.url).hostname.replace(/^\[|\]$/g, '') },
    ...config.sip.trunks.map(({ name, server }) => ({ role: `trunk ${name}`, host: server.host })),
  ];
}
