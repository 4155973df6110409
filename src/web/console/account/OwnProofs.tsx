import { Done, RecoveryCodes, TotpOffer } from '../../../protocol/api/people.ts';
import { Dialog } from '../../kit/Dialog.tsx';
import { notice } from '../../kit/notices.ts';
import { Qr } from '../../kit/Qr.tsx';
import { ask } from '../api/ask.ts';
import { textOf } from '../view/useForm.ts';
import { words } from '../words/words.ts';
import { CodeList } from './CodeList.tsx';
import { ProofDialog } from './ProofDialog.tsx';

interface Leaving {
  onClose: () => void;
}

/** Another password. */
export function PasswordDialog({ onClose }: Leaving) {
  const w = words.value;
  return (
    <ProofDialog
      title={w.mine.deeds.password}
      says={w.mine.endsOthers}
      button={w.save}
      onClose={onClose}
      send={async (current, form) => {
        await ask('POST', '/me/password', Done, { current, password: String(form.get('password') ?? '') });
        notice(w.mine.changed.password);
        onClose();
      }}
    >
      <label class="field">
        {w.mine.passwordNew}
        <input type="password" name="password" autocomplete="new-password" required minLength={12} maxLength={200} />
        <small>{w.welcome.passwordHint}</small>
      </label>
    </ProofDialog>
  );
}

/** Another app, by a secret that was offered: from its first code on it is the one that counts. */
export function AppDialog({ offer, onClose }: Leaving & { offer: { secret: string; uri: string; ticket: string } }) {
  const w = words.value;
  return (
    <ProofDialog
      title={w.mine.deeds.app}
      says={`${w.welcome.app} ${w.mine.endsOthers}`}
      button={w.save}
      onClose={onClose}
      send={async (password, form) => {
        const code = textOf(form, 'code').replaceAll(/\s/g, '');
        await ask('POST', '/me/totp/confirm', Done, { ticket: offer.ticket, code, password });
        notice(w.mine.changed.app);
        onClose();
      }}
    >
      <Qr text={offer.uri} label={w.welcome.qr} />
      <p class="quiet">
        {w.welcome.byHand} <code>{offer.secret}</code>
      </p>
      <label class="field">
        {w.account.code}
        <input type="text" name="code" class="code" inputMode="numeric" autocomplete="one-time-code" required />
      </label>
    </ProofDialog>
  );
}

/** A secret for another app. @throws Problem */
export const askForApp = () => ask('POST', '/me/totp', TotpOffer);

/** New codes for the day that the telephone is lost. */
export function RecoveryDialog({ onClose, onDone }: Leaving & { onDone: (codes: readonly string[]) => void }) {
  const w = words.value.mine;
  return (
    <ProofDialog
      title={w.deeds.recovery}
      says={w.recoveryAsk}
      button={w.deeds.recovery}
      onClose={onClose}
      send={async (password) => {
        onDone((await ask('POST', '/me/recovery', RecoveryCodes, { password })).recovery);
        onClose();
      }}
    />
  );
}

/** The codes that were made: they are shown this once. */
export function CodesDialog({ codes, onClose }: Leaving & { codes: readonly string[] }) {
  const w = words.value;
  return (
    <Dialog title={w.welcome.recoveryTitle} close={w.close} onClose={onClose}>
      <p>{w.welcome.recoveryWhy}</p>
      <CodeList codes={codes} />
      <div class="sheet-buttons no-print">
        <button type="button" class="plain" onClick={() => window.print()}>
          {w.welcome.print}
        </button>
        <button type="button" class="main" onClick={onClose}>
          {w.welcome.kept}
        </button>
      </div>
    </Dialog>
  );
}
