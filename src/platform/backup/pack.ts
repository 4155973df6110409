import { pack } from 'tar-stream';
import { type ArchivedFile, CONFIGURATION, DATABASE, FILES, MANIFEST, type Manifest } from './manifest.ts';
import { summing, sumOf } from './sum.ts';

/** So long is a piece of the database in the archive: its length must be known before it is written. */
const PIECE = 1 << 20;

/** A file, and what is told of it. */
export interface FileToPack extends Pick<ArchivedFile, 'setting' | 'mode' | 'owner' | 'group'> {
  readonly bytes: Uint8Array;
}

/** What goes into an archive; of the manifest all but what is known at the end alone. */
export interface ToPack extends Omit<Manifest, 'format' | 'database' | 'files'> {
  readonly kind: Manifest['database']['kind'];
  readonly database: AsyncIterable<Uint8Array>;
  readonly files: readonly FileToPack[];
}

/** An archive (tar): the files, the database in pieces, and at its end the manifest. It is made as fast as it is taken. */
export function packed({ kind, database, files, ...told }: ToPack): AsyncIterable<Uint8Array> {
  const archive = pack();
  const put = (name: string, bytes: Uint8Array) =>
    new Promise<void>((resolve, reject) => {
      const header = { name, size: bytes.length, mode: 0o600, mtime: new Date(told.made) };
      const entry = archive.entry(header, (error) => (error ? reject(error) : resolve()));
      entry.end(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    });
  const fill = async () => {
    for (const { setting, bytes } of files)
      await put(setting === CONFIGURATION ? CONFIGURATION : `${FILES}${setting}`, bytes);
    const all = summing();
    let number = 0;
    for await (const piece of pieces(database)) {
      all.add(piece);
      await put(`${DATABASE}${String(++number).padStart(8, '0')}`, piece);
    }
    const manifest: Manifest = {
      ...{ format: 1, ...told, database: { kind, ...all.sum() } },
      files: files.map(({ bytes, ...file }) => ({ ...file, ...sumOf(bytes) })),
    };
    await put(MANIFEST, Buffer.from(JSON.stringify(manifest, null, 2)));
    archive.finalize();
  };
  fill().catch((error: Error) => archive.destroy(error));
  return archive;
}

/** The same bytes in pieces of one length, but for the last. */
async function* pieces(from: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let kept: Uint8Array[] = [];
  let length = 0;
  for await (const piece of from)
    for (let at = 0; at < piece.length; ) {
      const part = piece.subarray(at, at + PIECE - length);
      kept.push(part);
      length += part.length;
      at += part.length;
      if (length < PIECE) continue;
      yield Buffer.concat(kept);
      [kept, length] = [[], 0];
    }
  if (length > 0) yield Buffer.concat(kept);
}
