import { useState } from 'preact/hooks';
import type { z } from 'zod';
import { KeysOfFacility } from '../../../protocol/api/orders.ts';
import type { Permit } from '../../../protocol/key-set.ts';
import { here, may } from '../account/session.ts';
import { ask } from '../api/ask.ts';
import { WhyDialog } from '../view/WhyDialog.tsx';
import type { Words } from '../words/en.ts';
import { timeOf, words } from '../words/words.ts';

export type KnownKeys = z.infer<typeof KeysOfFacility>;
type Key = KnownKeys['keys'][number];

/** The keys of the set in force. */
export function KeyTable({ keys, onChange }: { keys: KnownKeys; onChange: () => void }) {
  const w = words.value.keys;
  const [revoking, setRevoking] = useState<Key | null>(null);
  if (keys.keys.length === 0) return <p class="empty">{w.nobody}</p>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what can be scrolled must be reachable by keyboard
    <section class="wide" tabIndex={0} aria-label={words.value.list}>
      <table class="list">
        <thead>
          <tr>
            <th scope="col">{w.whose}</th>
            <th scope="col">{w.issuer}</th>
            <th scope="col">{w.may}</th>
            <th scope="col">{w.end}</th>
            <th scope="col">
              <span class="hidden">{w.revoke}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {keys.keys.map((key) => {
            const gone = key.revoked;
            return (
              <tr key={key.thumbprint}>
                <th scope="row">{key.name}</th>
                <td>
                  <code>{key.issuer}</code>
                </td>
                <td>{permitWords(key.may, words.value).join('; ')}</td>
                <td>{gone ? w.revokedAt(timeOf(gone)) : key.until === null ? w.noEnd : timeOf(key.until)}</td>
                <td class="acts">
                  {!gone && may('keys.change') && (
                    <button
                      type="button"
                      class="plain shut"
                      aria-label={`${w.revoke}: ${key.name}`}
                      onClick={() => setRevoking(key)}
                    >
                      {w.revoke}
                    </button>
                  )}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {revoking && (
        <Revoke
          entry={revoking}
          onClose={() => {
            setRevoking(null);
            onChange();
          }}
        />
      )}
    </section>
  );
}

function Revoke({ entry, onClose }: { entry: Key; onClose: () => void }) {
  const w = words.value.keys;
  return (
    <WhyDialog
      title={w.revokeTitle(entry.name)}
      ask={w.revokeAsk}
      button={w.revokeNow}
      danger
      onClose={onClose}
      send={async (why) => {
        const path = `/facilities/${here.peek()?.facility ?? ''}/keys/${entry.thumbprint}/revoke` as const;
        await ask('POST', path, KeysOfFacility, { why });
        onClose();
      }}
    />
  );
}

/** What a key may, in words. */
export function permitWords(may: readonly Permit[], w: Words): string[] {
  return may.map((permit) => {
    if (permit.to === 'hotlines') return w.keys.permits.hotlines;
    const { over } = permit;
    const place =
      over.kind === 'facility'
        ? w.orders.wholeFacility
        : over.kind === 'unit'
          ? w.live.unitName(over.unit)
          : w.orders.phone(over.terminal);
    return `${w.keys.permits[permit.to]}: ${place}`;
  });
}
