/** Something could not be kept on the disk. The message names the file or folder and the remedy, in one line. */
export class StorageError extends Error {
  override readonly name = 'StorageError';
}

const REMEDY: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full: free some space',
  EDQUOT: 'the quota is used up: free some space',
  EFBIG: 'the file has reached its size limit',
  EROFS: 'the file system is read-only: mount it for writing',
  EACCES: 'not allowed: give this user the folder',
  EPERM: 'not allowed: give this user the folder',
  ENOTDIR: 'a part of the path is a file: a folder is wanted',
  EISDIR: 'it is a folder: a file is wanted',
  EIO: 'the disk reports a fault: replace it',
};

/** Puts a failure of the file system in words for a technician. */
export function storageError(what: string, path: string, cause: unknown): StorageError {
  if (cause instanceof StorageError) return cause;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  return new StorageError(`${path}: ${what}: ${REMEDY[code] ?? `failed (${code || String(cause)})`}`, { cause });
}
