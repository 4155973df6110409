import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PlatformKeys } from '../../protocol/keys.ts';
import { Voucher } from '../../protocol/voucher.ts';
import type { BoardFile } from '../board/file.ts';
import { CallRules } from '../call/settings.ts';
import type { TerminalSetup } from '../setup.ts';
import { openDocument, readDocument } from '../storage/document.ts';
import type { StorageLog } from '../storage/journal.ts';
import type { Document } from '../storage/port.ts';
import type { BoxConfig } from './config.ts';

/** A phone's file with what it names read; paths are absolute. */
export interface BoxSetup {
  readonly config: BoxConfig;
  readonly board: BoardFile;
}

const fileIn = (folder: string): string => join(folder, 'voucher.json');

/** What a phone was claimed as, for who only looks. @throws Error where the file system refuses */
export const readVoucher = (folder: string): Promise<Voucher | null> =>
  readDocument(fileIn(folder), Voucher.nullable());

/** What a phone was claimed as; null while it was not. It is there whole or not at all, over any power cut. */
export const openVoucherFile = (folder: string, log: StorageLog): Promise<Document<Voucher | null>> =>
  openDocument(fileIn(folder), Voucher.nullable(), null, { log });

/** A terminal's setup, of what its file says of the hardware and its voucher of all else. @throws Error where neither names an exchange */
export async function setupOf({ config, board }: BoxSetup, voucher: Voucher): Promise<TerminalSetup> {
  const { facility, unit, terminal, mqtt, obeys, platform } = voucher;
  const trunks = voucher.sip?.trunks ?? config.sip.trunks;
  if (trunks === undefined)
    throw new Error(
      'neither the platform nor sip.trunks of this file names an exchange: name one there, or have the platform give accounts',
    );
  const exchangeCa = voucher.sip?.tls?.ca;
  const tls =
    exchangeCa === undefined ? config.sip.tls : { ...config.sip.tls, ca: await pem(config, 'exchange-ca', exchangeCa) };
  const { boot: _, dhcp: ___, platform: __, sip, ...own } = config;
  return {
    config: {
      ...own,
      ...{ facility, unit, terminal, call: CallRules.parse({}) },
      sip: { ...sip, trunks, tls },
      mqtt: {
        ...{ url: mqtt.url, insecure: mqtt.insecure },
        ...{ username: mqtt.username ?? undefined, password: mqtt.password ?? undefined },
        // Beside a certificate it comes with that, and may be another tomorrow.
        ca: mqtt.ca === null || mqtt.certificate !== null ? undefined : await pem(config, 'broker-ca', mqtt.ca),
      },
    },
    board,
    trusted: obeys,
    platformKeys: platform as PlatformKeys,
    ...{ hotlines: [], distrust: null },
  };
}

/** Certificates are read as files, anew at each connection: they are written out at each start, of what the voucher says. */
async function pem({ data }: BoxConfig, name: string, text: string): Promise<string> {
  const folder = join(data, 'certificates');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, `${name}.pem`);
  await writeFile(file, text, { mode: 0o600 });
  return file;
}
