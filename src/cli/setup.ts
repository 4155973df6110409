import { resolve } from 'node:path';
import { OrderKeys, PlatformKeys } from '../protocol/keys.ts';
import type { Hotline } from '../protocol/messages.ts';
import { verifyHotlines } from '../protocol/signing.ts';
import { BoardFile } from '../terminal/board/file.ts';
import { TerminalConfig } from '../terminal/config.ts';
import type { TerminalSetup } from '../terminal/main.ts';
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
  const orderKeys = readYaml(near(config.keys.orders), OrderKeys);
  return {
    config,
    board: readYaml(near(config.board), BoardFile),
    orderKeys,
    platformKeys: readYaml(near(config.keys.platform), PlatformKeys),
    hotlines: config.hotlines === undefined ? [] : await readHotlines(near(config.hotlines), config, orderKeys),
  };
}

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

async function readHotlines(path: string, config: TerminalConfig, keys: OrderKeys): Promise<readonly Hotline[]> {
  const { list } = await verifyHotlines(readText(path), keys).catch((error: Error) => {
    throw new FileError(`${path}: no list of hotlines to trust: ${error.message}`, { cause: error });
  });
  if (list.facility === config.facility) return list.hotlines;
  throw new FileError(`${path}: the list is for facility ${list.facility}, this terminal is of ${config.facility}`);
}
