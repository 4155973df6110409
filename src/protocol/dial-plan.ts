import { PhoneNumber } from './units.ts';

/**
 * The number that dialled digits mean in the North American plan: ten digits, 1 and ten, or 011 and an international
 * number. Null for anything else: short codes (911, 411, 0), carrier codes and what no area code or exchange begins with.
 */
export function numberDialled(digits: string): PhoneNumber | null {
  const national = /^1?([2-9]\d{2}[2-9]\d{6})$/.exec(digits)?.[1];
  if (national) return /^.(11|..[2-9]11)/.test(national) ? null : PhoneNumber.parse(`+1${national}`);
  const abroad = /^011([2-9]\d{7,14})$/.exec(digits)?.[1];
  return abroad ? PhoneNumber.parse(`+${abroad}`) : null;
}
