import type { z } from 'zod';
import type { LiftRecord } from '../../protocol/api/records.ts';
import { amountText, momentText, momentTextOrNull } from '../../protocol/api/wire.ts';
import type { CallRecord, Charge } from '../../protocol/call.ts';
import { type Millis, type Money, millis } from '../../protocol/units.ts';
import type { Found } from './search.ts';

/** What may be told of a lift to those who may not see tip lines: the record itself or, of a tip line, what it is covered by. */
export function shown({ cover, ...record }: CallRecord): Omit<CallRecord, 'cover'> {
  if (cover === undefined) return record;
  return {
    ...record,
    ...cover,
    kind: 'attempt',
    number: null,
    answered: null,
    accepted: null,
    talked: millis(0),
    charge: null,
    quality: null,
    redirections: [],
    privileged: false,
    hidden: false,
  };
}

/** What a log may tell of a record that has come. */
export function told(record: CallRecord): { ending: CallRecord['ending']['reason']; talked: Millis } {
  const { ending, talked } = shown(record);
  return { ending: ending.reason, talked };
}

/** A lift as the asker may see it, in the words of the API, with what its phone says otherwise; `tips`: of a tip line what it was. */
export const asTold =
  (tips: boolean) =>
  ({ record, charged, differs, name, dialled }: Found): z.input<typeof LiftRecord> => ({
    ...inWords(tips ? record : shown(record)),
    charged: amountText(charged ?? (0 as Money)),
    ...{ name, dialled },
    differs: !tips && record.hidden ? [] : [...(differs ?? [])],
  });

function inWords({ cover: _, voice, ...record }: CallRecord) {
  const { phases, lifted, answered, accepted, ended, charge, redirections } = record;
  return {
    ...record,
    phases: phases.map((entered) => ({ ...entered, at: momentText(entered.at) })),
    ...{ lifted: momentText(lifted), answered: momentTextOrNull(answered) },
    ...{ accepted: momentTextOrNull(accepted), ended: momentText(ended) },
    charge: charge && chargeInWords(charge),
    redirections: redirections.map((one) => ({ ...one, at: momentText(one.at) })),
    ...(voice && {
      voice: {
        ...voice,
        others: voice.others.map((other) => ({
          ...other,
          ...{ since: momentText(other.since), until: momentTextOrNull(other.until) },
        })),
      },
    }),
  };
}

const chargeInWords = (charge: Charge) =>
  charge.kind === 'free' ? charge : { ...charge, rate: amountText(charge.rate), balance: amountText(charge.balance) };
