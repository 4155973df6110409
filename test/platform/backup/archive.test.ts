import { randomBytes } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { makeIdentity } from '../../../src/platform/backup/identity.ts';
import { packed } from '../../../src/platform/backup/pack.ts';
import { look } from '../../../src/platform/backup/restore.ts';
import { ArchiveError, opened, sealerTo } from '../../../src/platform/backup/seal.ts';
import { SCHEMAS } from '../../../src/platform/database/migrate.ts';

const PEPPER = { setting: 'keys.pepper', mode: 0o600, owner: null, group: null, bytes: randomBytes(32) };
const HOLDS = { facilities: 1, callers: 2, phones: 3, records: 4, balances: 5, last: null };

async function* bytesOf(...pieces: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* pieces;
}

/** A backup as it lies on a disk. */
async function sealed(recipient: string, database: AsyncIterable<Uint8Array>, schema = SCHEMAS.at(-1) ?? '') {
  const told = { program: '1.0.0', schema, made: 1, platform: 'kid', holds: HOLDS };
  const seal = sealerTo([recipient]);
  const stream = await seal(packed({ ...told, kind: 'postgres', database, files: [PEPPER] }));
  const pieces: Buffer[] = [];
  for await (const piece of stream) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}

describe('a backup', () => {
  let identity: Awaited<ReturnType<typeof makeIdentity>>;
  let whole: Buffer;
  const database = randomBytes(3_000_000);
  const read = (file: Buffer, text = identity.text) => look(() => opened(bytesOf(file), text));

  beforeAll(async () => {
    identity = await makeIdentity(new Date());
    whole = await sealed(identity.recipient, bytesOf(database.subarray(0, 1_500_001), database.subarray(1_500_001)));
  });

  it('is read to its end, and has all that went into it', async () => {
    const { manifest, files } = await read(whole);
    expect(manifest).toMatchObject({ holds: HOLDS, database: { kind: 'postgres', bytes: database.length } });
    expect(files).toEqual(new Map([['keys.pepper', PEPPER.bytes]]));
    expect(whole.includes(PEPPER.bytes)).toBe(false);
  });

  it('is none where it was cut off, wherever that was', async () => {
    for (const end of [65_000, 65_552 + 216, 1_600_000, whole.length - 17, whole.length - 1])
      await expect(read(whole.subarray(0, end)), `${end}`).rejects.toThrow(ArchiveError);
    const small = await sealed(identity.recipient, bytesOf(database.subarray(0, 100)));
    expect((await read(small)).manifest.database.bytes).toBe(100);
    for (let end = 0; end < small.length; end += end < 300 ? 1 : 17)
      await expect(read(small.subarray(0, end)), `${end}`).rejects.toThrow(ArchiveError);
  });

  it('is none where a byte of it is another, wherever that is', async () => {
    for (const at of [3, 30, 60, 120, 190, 300, 70_000, 2_000_000, whole.length - 2]) {
      const changed = Buffer.from(whole);
      changed.writeUInt8(changed.readUInt8(at) ^ 0x10, at);
      await expect(read(changed), `${at}`).rejects.toThrow(ArchiveError);
    }
  });

  it('tells in a line what is wrong with it', async () => {
    const other = await makeIdentity(new Date());
    await expect(read(whole, other.text)).rejects.toThrow('it was encrypted to another key than this');
    await expect(read(Buffer.from('-- PostgreSQL dump'))).rejects.toThrow('it is no backup');
    await expect(read(Buffer.alloc(50_000_000, 0x20))).rejects.toThrow('it is no backup');
    await expect(read(whole.subarray(0, 2_000_000))).rejects.toThrow('it is cut off or was changed: take another');
    await expect(read(Buffer.concat([whole, whole]))).rejects.toThrow(ArchiveError);
  });

  it('is of a version that this program knows', async () => {
    const later = await sealed(identity.recipient, bytesOf(database), '9999-later');
    await expect(read(later)).rejects.toThrow('restore it with that');
  });

  it('is never one that breaks off as it is made', async () => {
    const dying = (async function* () {
      yield database;
      throw new Error('pg_dump: the server closed the connection');
    })();
    await expect(sealed(identity.recipient, dying)).rejects.toThrow('pg_dump: the server closed the connection');
  });

  it('is made as fast as it is taken, and no more of it when nobody takes it', async () => {
    let made = 0;
    let isOver = false;
    const endless = (async function* () {
      try {
        for (;;) {
          made += database.length;
          yield database;
        }
      } finally {
        isOver = true;
      }
    })();
    const told = { program: '1.0.0', schema: '', made: 1, platform: 'kid', holds: HOLDS };
    const seal = sealerTo([identity.recipient]);
    const stream = await seal(packed({ ...told, kind: 'postgres', database: endless, files: [] }));
    let taken = 0;
    for await (const piece of stream) {
      taken += (piece as Buffer).length;
      if (taken > 20_000_000) break;
    }
    expect(made - taken).toBeLessThan(10_000_000);
    await expect.poll(() => isOver).toBe(true);
  });
});
