import { momentText, momentTextOrNull } from '../../../protocol/api/wire.ts';
import type { adaptationsOf } from './adapting.ts';
import type { listErasures, oneVoice, Row } from './list.ts';

/** A caller's voice in the words of the API. */
export const rowInWords = (row: Row) => ({
  ...row,
  ...{ made: momentTextOrNull(row.made), used: momentTextOrNull(row.used) },
});

export const erasureInWords = (row: Awaited<ReturnType<typeof listErasures>>[number]) => ({
  ...row,
  ...{ at: momentText(row.at), made: momentText(row.made), used: momentText(row.used) },
});

export const fitInWords = (fit: Awaited<ReturnType<typeof adaptationsOf>>[number]) => ({
  ...fit,
  ...{ at: momentText(fit.at), undone: momentTextOrNull(fit.undone) },
});

export function oneInWords({
  consents,
  waivers,
  tries,
  erasures,
  ...row
}: NonNullable<Awaited<ReturnType<typeof oneVoice>>>) {
  return {
    ...rowInWords(row),
    consents: consents.map((one) => ({ ...one, at: momentText(one.at) })),
    waivers: waivers.map((one) => ({ ...one, at: momentText(one.at), lifted: momentTextOrNull(one.lifted) })),
    tries: tries.map((one) => ({ ...one, at: momentText(one.at) })),
    erasures: erasures.map(erasureInWords),
  };
}
