import type { Refusal } from '../../protocol/call.ts';
import type { BlockKind } from './tables.ts';

/** What the lists say of one caller and one number. */
export interface Listing {
  readonly dialling: 'open' | 'listed';
  /** The entry of the caller's own list. */
  readonly listed: { readonly overrides_block: boolean } | null;
  /** Kinds of the blocks that fit the number. */
  readonly blocks: readonly BlockKind[];
  /** The entry for everybody that fits best. */
  readonly allowed: object | null;
  /** There is room on his list for a number that he reaches. */
  readonly learns: boolean;
}

/**
 * Caller's list, then blocks, then what is allowed to all. An entry of the caller's list may lift a block of the
 * facility, of security or of billing, never one by the called party. Null where the call may be made.
 */
export function refusalOf({ dialling, listed, blocks, allowed, learns }: Listing): Refusal | null {
  const binding = listed?.overrides_block ? blocks.filter((kind) => kind === 'called-party') : blocks;
  if (binding.length > 0) return 'number-blocked';
  return listed || allowed || dialling === 'open' || learns ? null : 'number-not-allowed';
}
