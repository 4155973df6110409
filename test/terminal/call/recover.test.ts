import { describe, expect, it } from 'vitest';
import { CallRecord } from '../../../src/protocol/call.ts';
import type { JournalEntry } from '../../../src/protocol/journal.ts';
import type { Instant } from '../../../src/protocol/units.ts';
import { recover } from '../../../src/terminal/call/recover.ts';
import { IDS, MINUTE, NOON, Phone } from './driver.ts';

const LATER = (NOON + 60 * MINUTE) as Instant;

/** The journal of a phone to which `happens`, and then the plug was pulled. */
function journalOf(happens: (phone: Phone) => void): JournalEntry[] {
  const phone = new Phone();
  happens(phone);
  return phone.actions.flatMap((a) => (a.type === 'journal' ? [a.entry] : []));
}

const recovered = (entries: JournalEntry[]) => {
  const records = recover(entries, IDS, LATER).entries.flatMap((e) => (e.type === 'record' ? [e.record] : []));
  for (const record of records) CallRecord.parse(record);
  return records;
};

describe('after a power cut', () => {
  it('a lift that got nowhere has its record', () => {
    const [record, ...others] = recovered(journalOf((phone) => phone.to('pin')));
    expect(others).toEqual([]);
    expect(record).toMatchObject({ ...IDS, kind: 'attempt', lifted: NOON, ended: LATER, talked: 0, charge: null });
    expect(record?.ending).toEqual({ reason: 'restarted', during: 'language' });
  });

  it('a call that rang says whom it was for', () => {
    const [record] = recovered(journalOf((phone) => phone.to('ringing', { privileged: true })));
    expect(record).toMatchObject({ kind: 'call', caller: 'c7', number: '+12125550123', privileged: true, talked: 0 });
    expect(record?.ending.during).toBe('dialling');
  });

  it('talk is counted to the last moment written down', () => {
    const [just] = recovered(journalOf((phone) => phone.to('talking').wait(9_999)));
    expect(just).toMatchObject({ accepted: NOON, talked: 0, ending: { during: 'talking' } });
    const [long] = recovered(journalOf((phone) => phone.to('talking').wait(25_000)));
    expect(long?.talked).toBe(20_000);
  });

  it('a hotline is free, and hidden where it is listed so', () => {
    const [record] = recovered(
      journalOf((phone) => {
        phone.to('language').keys('*77');
        phone.far('answered');
      }),
    );
    expect(record).toMatchObject({ kind: 'hotline', caller: null, charge: { kind: 'free' }, hidden: true });
  });

  it('only what has no record gets one', () => {
    const entries = journalOf((phone) => {
      phone.to('talking').hangUp();
      phone.to('ended').hangUp();
      phone.to('pin');
    });
    expect(recovered(entries)).toHaveLength(1);
    const all = [...entries, ...recovered(entries).map((record) => ({ type: 'record', record }) as const)];
    expect(recovered(all)).toEqual([]);
  });

  it('a confirmed call has had its record, even where that line is gone', () => {
    const entries = journalOf((phone) => phone.to('talking').hangUp()).filter((e) => e.type !== 'record');
    const [lifted] = entries;
    if (lifted?.type !== 'lifted') throw new Error('the lift was not written down first');
    expect(recovered([...entries, { type: 'confirmed', call: lifted.call }])).toEqual([]);
  });

  it('a call whose first line is lost still has a record', () => {
    const entries = journalOf((phone) => phone.to('talking').wait(10_000)).slice(1);
    expect(recovered(entries)).toMatchObject([{ kind: 'call', talked: 10_000 }]);
  });
});
