import { resolve } from 'node:path';
import { z } from 'zod';
import { believeHotlines } from '../protocol/authority.ts';
import { OrderKeys, PlatformKeys, RootPublicKey } from '../protocol/keys.ts';
import type { HotlineList } from '../protocol/messages.ts';
import { SignatureError, verifyHotlines } from '../protocol/signing.ts';
import { BoardFile } from '../terminal/board/file.ts';
import { BoxConfig } from '../terminal/claiming/config.ts';
import type { BoxSetup } from '../terminal/claiming/voucher-file.ts';
import { TerminalConfig } from '../terminal/config.ts';
import { storedAuthority } from '../terminal/fleet/keys.ts';
import type { Trusted } from '../terminal/fleet/options.ts';
import type { TerminalSetup } from '../terminal/setup.ts';
import { beside, FileError, mustHaveCertificate, readText, readYaml } from './file.ts';

type TlsFiles = TerminalConfig['sip']['tls'];

/**
 * Reads a terminal's configuration and every file it names; paths become absolute.
 * @throws FileError for the first file that cannot be used.
 */
export async function readTerminalSetup(file: string): Promise<TerminalSetup> {
  const path = resolve(file);
  const written = readYaml(path, TerminalConfig);
  const near = (name: string) => beside(path, name);
  const config: TerminalConfig = {
    ...written,
    data: near(written.data),
    sip: { ...written.sip, tls: nearFiles(written.sip.tls, near) },
    mqtt: { ...written.mqtt, ca: written.mqtt.ca && mustHaveCertificate(near(written.mqtt.ca)) },
    voice: written.voice.models === undefined ? {} : { models: near(written.voice.models) },
    ...(written.recordings !== undefined && { recordings: near(written.recordings) }),
  };
  const { orders, root } = config.keys;
  const trusted: Trusted =
    orders === undefined
      ? { root: readYaml(near(root ?? ''), RootPublicKey) }
      : { orders: readYaml(near(orders), OrderKeys) };
  return {
    config,
    board: readYaml(near(config.board), BoardFile),
    trusted,
    platformKeys: readYaml(near(config.keys.platform), PlatformKeys),
    ...(config.hotlines === undefined
      ? { hotlines: [], distrust: null }
      : await readHotlines(near(config.hotlines), config, trusted)),
  };
}

/** Reads the file of a phone that is claimed, and its board; paths become absolute. @throws FileError */
export function readBoxSetup(file: string): BoxSetup {
  const path = resolve(file);
  const near = (name: string) => beside(path, name);
  const { board, recordings, ...written } = readYaml(path, BoxConfig);
  const config: BoxConfig = {
    ...written,
    ...{ board: near(board), data: near(written.data), boot: near(written.boot), dhcp: near(written.dhcp) },
    sip: { ...written.sip, tls: nearFiles(written.sip.tls, near) },
    voice: written.voice.models === undefined ? {} : { models: near(written.voice.models) },
    ...(recordings !== undefined && { recordings: near(recordings) }),
  };
  return { config, board: readYaml(config.board, BoardFile) };
}

/** Whether a file says only what hardware there is: then the phone is claimed. @throws FileError where it cannot be read */
export const isOfBox = (file: string): boolean => !('facility' in readYaml(resolve(file), z.looseObject({})));

/** @throws FileError for a file that cannot be read: its like is read anew at each connection. */
function nearFiles({ ca, cert, key }: TlsFiles, near: (name: string) => string): TlsFiles {
  const readable = (name: string): string => {
    readText(near(name));
    return near(name);
  };
  return {
    ...(ca !== undefined && { ca: mustHaveCertificate(near(ca)) }),
    ...(cert !== undefined && { cert: readable(cert) }),
    ...(key !== undefined && { key: readable(key) }),
  };
}

type Hotlines = Pick<TerminalSetup, 'hotlines' | 'distrust'>;

/**
 * A list that is signed by no key that counts now stops no phone where keys come and go over MQTT: it would be closed by it, and nobody there.
 * @throws FileError for a file that cannot be read, a list of another facility, or one by none of the fixed keys
 */
async function readHotlines(path: string, config: TerminalConfig, trusted: Trusted): Promise<Hotlines> {
  try {
    const list = await believed(readText(path), config, trusted);
    if (list.facility === config.facility) return { hotlines: list.hotlines, distrust: null };
    throw new FileError(`${path}: the list is for facility ${list.facility}, this terminal is of ${config.facility}`);
  } catch (error) {
    if (!(error instanceof SignatureError)) throw error;
    if ('root' in trusted) return { hotlines: [], distrust: `${path}: ${error.message}: sign it anew, then restart` };
    throw new FileError(`${path}: no list of hotlines to trust: ${error.message}`, { cause: error });
  }
}

async function believed(jws: string, { data, facility }: TerminalConfig, trusted: Trusted): Promise<HotlineList> {
  if ('orders' in trusted) return (await verifyHotlines(jws, trusted.orders)).list;
  // The root needs no set: the list works from the first start of a phone.
  const byRoot = await verifyHotlines(jws, { keys: [trusted.root] }).catch(() => null);
  return byRoot?.list ?? believeHotlines(jws, await storedAuthority(data, trusted.root, facility));
}
