/** Why a backup or a restore cannot be, in words for who asked. */
export class BackupFault extends Error {
  override readonly name = 'BackupFault';
}
