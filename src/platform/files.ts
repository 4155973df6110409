import type { PlatformConfig } from './config.ts';

/** A file that a configuration names, and which of its settings does, as `keys.pepper` or `orders.pine-river.hotlines.0`. */
export interface NamedFile {
  readonly setting: string;
  readonly path: string;
}

type To = (path: string, setting: string) => string;

/** The same configuration with each file that it names at the place that `to` gives. */
export function movedFiles(config: PlatformConfig, to: To): PlatformConfig {
  const { mqtt, http, keys, exchange } = config;
  const at = (path: string | undefined, setting: string) => (path === undefined ? undefined : to(path, setting));
  const some = <T extends object>(part: T) =>
    Object.fromEntries(Object.entries(part).filter(([, path]) => path !== undefined)) as {
      [K in keyof T]: Exclude<T[K], undefined>;
    };
  return {
    ...config,
    mqtt: { ...mqtt, ...some({ ca: at(mqtt.ca, 'mqtt.ca') }) },
    ...(http && {
      http: {
        ...http,
        ...(http.tls && { tls: { cert: to(http.tls.cert, 'http.tls.cert'), key: to(http.tls.key, 'http.tls.key') } }),
        ...(http.oidc && { oidc: { ...http.oidc, secret: to(http.oidc.secret, 'http.oidc.secret') } }),
      },
    }),
    keys: {
      platform: to(keys.platform, 'keys.platform'),
      pepper: to(keys.pepper, 'keys.pepper'),
      ...some({ voiceprints: at(keys.voiceprints, 'keys.voiceprints'), ca: at(keys.ca, 'keys.ca') }),
    },
    ...(exchange && { exchange: { ...exchange, ...some(ofExchange(exchange, at)) } }),
    orders: Object.fromEntries(
      Object.entries(config.orders).map(([facility, order]) => {
        const by = (what: 'keys' | 'root' | 'first') => at(order[what], `orders.${facility}.${what}`);
        const hotlines = order.hotlines?.map((list, n) => to(list, `orders.${facility}.hotlines.${n}`));
        return [facility, { ...order, ...some({ keys: by('keys'), root: by('root'), first: by('first'), hotlines }) }];
      }),
    ),
  };
}

function ofExchange(
  exchange: NonNullable<PlatformConfig['exchange']>,
  at: (path: string | undefined, setting: string) => string | undefined,
) {
  const ca = at(exchange.ca, 'exchange.ca');
  return exchange.kind === 'file'
    ? { ca, file: at(exchange.file, 'exchange.file') }
    : { ca, passwordFile: at(exchange.passwordFile, 'exchange.passwordFile') };
}

/** The files that a configuration names. */
export function filesOf(config: PlatformConfig): NamedFile[] {
  const files: NamedFile[] = [];
  movedFiles(config, (path, setting) => {
    files.push({ setting, path });
    return path;
  });
  return files;
}
