import { z } from 'zod';
import { OrderPublicKey } from '../../../protocol/keys.ts';

const DATABASE = 'tierphone';
const STORE = 'keys';

/** A key that was made in this browser and cannot be taken out of it. */
const OwnKey = z.object({
  /** Public; its `kid` is the issuer of what is signed with it. */
  key: OrderPublicKey,
  held: z.instanceof(CryptoKey),
  made: z.number(),
});
export type OwnKey = z.infer<typeof OwnKey>;

/** Of each facility and person one key. */
const placeOf = (facility: string, person: string): string => `${facility} ${person}`;

export async function readKey(facility: string, person: string): Promise<OwnKey | null> {
  const store = await open('readonly');
  return OwnKey.safeParse(await done(store.get(placeOf(facility, person)))).data ?? null;
}

export async function keepKey(facility: string, person: string, key: OwnKey): Promise<void> {
  const store = await open('readwrite');
  await done(store.put(key, placeOf(facility, person)));
}

async function open(mode: IDBTransactionMode): Promise<IDBObjectStore> {
  const request = indexedDB.open(DATABASE, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(STORE);
  const database = await done(request);
  return database.transaction(STORE, mode).objectStore(STORE);
}

const done = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
