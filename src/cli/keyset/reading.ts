import { decodeJwt } from 'jose';
import { z } from 'zod';
import { KeyRequest, KeySet } from '../../protocol/key-set.ts';
import { OrderKeys } from '../../protocol/keys.ts';
import { FileError, readText, readYaml } from '../file.ts';

const Claims = z.object({ content: KeySet });

/**
 * The set in a file as `tierphone keyset sign` writes it, before it is proven who signed it.
 * @throws FileError where it is none
 */
export function readSet(file: string): { readonly set: KeySet; readonly jws: string } {
  const jws = readText(file).trim();
  try {
    return { set: Claims.parse(decodeJwt(jws)).content, jws };
  } catch (cause) {
    throw new FileError(`${file}: no set of keys as \`tierphone keyset sign\` writes it`, { cause });
  }
}

/** Whose orders are obeyed, in a file of fixed keys or in a signed set; of a set, what each key may. @throws FileError */
export function readOrderKeys(file: string): { readonly keys: OrderKeys; readonly set: KeySet | null } {
  if (!/^ey[\w-]+\.[\w-]+\.[\w-]+\s*$/.test(readText(file))) return { keys: readYaml(file, OrderKeys), set: null };
  const { set } = readSet(file);
  return { keys: { keys: set.keys.map(({ key }) => key) }, set };
}

const Requests = z.union([
  z.array(KeyRequest),
  KeyRequest.transform((request) => [request]),
  z
    .object({ asked: z.array(z.object({ request: KeyRequest })) })
    .transform(({ asked }) => asked.map((one) => one.request)),
]);

/** Keys that are asked for: one, or a list as the platform gives it. @throws FileError */
export const readRequests = (file: string): readonly KeyRequest[] => readYaml(file, Requests);
