const FORM = /^([A-Za-z]\w*)-(\d+(?:\.\d+)*)/;

/**
 * Whether a firmware is older than the one wanted, both written as `tierphone-2.1`. Of one that is named otherwise
 * nothing is known, so it is not called old.
 */
export function isOlder(firmware: string, wanted: string): boolean {
  const [, name, version = ''] = FORM.exec(firmware) ?? [];
  const [, wantedName, wantedVersion = ''] = FORM.exec(wanted) ?? [];
  if (name === undefined || name !== wantedName) return false;
  const parts = version.split('.').map(Number);
  const least = wantedVersion.split('.').map(Number);
  for (let i = 0; i < Math.max(parts.length, least.length); i++) {
    const difference = (parts[i] ?? 0) - (least[i] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}
