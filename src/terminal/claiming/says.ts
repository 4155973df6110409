import { readFile } from 'node:fs/promises';
import type { BoxSays } from '../../protocol/claim.ts';
import { packageVersion } from '../../protocol/package-root.ts';

/**
 * What this hardware says of itself. A Raspberry Pi has both in its device tree; what has none is known by its machine id
 * (machine-id(5)), of which a part is told.
 */
export async function whatItSays(): Promise<BoxSays> {
  const text = async (file: string): Promise<string> =>
    (await readFile(file, 'latin1').catch(() => '')).replace(/[^\x21-\x7e ]/g, '').trim();
  const serial = (await text('/proc/device-tree/serial-number')) || (await text('/etc/machine-id')).slice(0, 12);
  const model = await text('/proc/device-tree/model');
  return {
    serial: serial || 'unknown',
    model: model || `${process.platform} ${process.arch}`,
    version: packageVersion(),
  };
}

/** Why a card that was claimed as a phone is none in this hardware: it was moved, or copied. Null where it is in its own. */
export function strangeHardware(
  {
    serial: given,
    terminal,
    facility,
  }: { readonly serial: string; readonly terminal: string; readonly facility: string },
  { serial }: Pick<BoxSays, 'serial'>,
): string | null {
  if (serial === given) return null;
  return `this card is of ${terminal} of ${facility}, which is the hardware of serial ${given}; in that of serial ${serial} it is nobody's phone until it is claimed here`;
}
