import { z } from 'zod';
import { isLoopback } from '../../protocol/clear.ts';
import { Thumbprint } from '../../protocol/keys.ts';
import { TerminalConfig } from '../config.ts';

/** Where a phone that is new asks for a code, and how it knows that it is the one. */
export const PlatformPlace = z.strictObject({
  /** Its origin. In clear text on this machine alone: what is asked names the box. */
  url: z
    .url({ protocol: /^https?$/, error: 'an address is wanted, as https://phones.example.gov', abort: true })
    .refine((url) => url.startsWith('https:') || isLoopback(new URL(url).hostname), { error: 'https:// is wanted' }),
  /** Of its key, as `tierphone keys` and the page for fitting phones tell it; without it the handset asks for four digits that the page shows. */
  fingerprint: Thumbprint.optional(),
});
export type PlatformPlace = z.infer<typeof PlatformPlace>;

const { board, data, sip, recordings, maintenance, voice, log } = TerminalConfig.shape;

/** The file of a phone that is claimed: what its hardware is, and no more. Paths are relative to the file. */
export const BoxConfig = z.strictObject({
  board,
  data,
  /** Without it, what stands on the boot partition, what the network tells, and who answers there. */
  platform: PlatformPlace.optional(),
  /** A file of the boot partition with `url` and `fingerprint`: written where the card is, read by any phone. */
  boot: z.string().default('/boot/firmware/tierphone.yaml'),
  /** What the DHCP client's hook leaves of the lease. */
  dhcp: z.string().default('/run/tierphone-dhcp'),
  /** Of a site whose exchange is not the platform's to give: its trunks; and what is this machine's alone. */
  sip: sip.partial({ trunks: true }).prefault({}),
  ...{ recordings, maintenance, voice, log },
});
export type BoxConfig = z.infer<typeof BoxConfig>;
