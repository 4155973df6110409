import type { z } from 'zod';
import type { ChainFound, Head } from '../platform/people/chain.ts';
import { hashOf } from '../platform/people/trail.ts';
import { Me } from '../protocol/api/people.ts';
import { TrailPage } from '../protocol/api/trail.ts';
import { type FacilityId, Instant } from '../protocol/units.ts';
import type { Api } from './api.ts';

type Line = z.output<typeof TrailPage>['items'][number];
const NOTHING = Buffer.alloc(0);

/** Reads the chains that the token may see at a platform, and makes each hash anew: it is not taken for true that they are whole. */
export async function chainsAt(api: Api, heads: readonly Head[]): Promise<ChainFound[]> {
  const { operator, facilities } = await api.ask(Me, '/session');
  const names = [
    ...(operator ? ['' as const] : []),
    ...facilities.map(({ facility }) => facility),
    ...heads.map(({ chain }) => chain),
  ];
  const found: ChainFound[] = [];
  for (const chain of [...new Set(names)].sort()) found.push(await readDown(api, chain, heads));
  return found;
}

/** Reads a chain from where it ends down to its first line. */
async function readDown(api: Api, chain: FacilityId | '', heads: readonly Head[]): Promise<ChainFound> {
  const wanted = new Map(heads.filter((head) => head.chain === chain).map(({ number, hash }) => [number, hash]));
  let end: Head = { chain, number: 0, hash: '' };
  let later: Line | null = null;
  const found = (wrong: string | null): ChainFound => ({ ...end, wrong });
  const isAsWritten = (line: Line, before: Buffer): boolean => {
    const { hash, at, ...rest } = line;
    return hashOf({ chain, ...rest, at: Instant.parse(Date.parse(at)) }, before).toString('hex') === hash;
  };
  for await (const line of api.each(TrailPage, chain === '' ? '/trail' : `/facilities/${chain}/trail`)) {
    if (later === null) end = { chain, number: line.number, hash: line.hash };
    else if (later.number !== line.number + 1) return found(`line ${later.number - 1} is gone`);
    else if (!isAsWritten(later, Buffer.from(line.hash, 'hex')))
      return found(`line ${later.number} is not as it was written`);
    const earlier = wanted.get(line.number);
    if (earlier !== undefined && earlier !== line.hash)
      return found(`line ${line.number} is another than was printed earlier: the chain was written anew`);
    wanted.delete(line.number);
    later = line;
  }
  if (later !== null && later.number !== 1) return found(`line ${later.number - 1} is gone`);
  if (later !== null && !isAsWritten(later, NOTHING)) return found('line 1 is not as it was written');
  const [cut] = wanted.keys();
  return found(
    cut === undefined ? null : `it ends at line ${end.number}, and went up to ${cut} earlier: lines were cut off`,
  );
}
