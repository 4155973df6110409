import { Done } from '../../../protocol/api/people.ts';
import { Dialog } from '../../kit/Dialog.tsx';
import { ask } from '../api/ask.ts';
import { textOf, useForm } from '../view/useForm.ts';
import { words } from '../words/words.ts';
import type { Person } from './person.ts';
import { Roles, rolesIn } from './Roles.tsx';

/** Says as what somebody works here; as nothing: he does no more. */
export function RolesDialog(props: { path: `/${string}`; person: Person; onClose: () => void; onDone: () => void }) {
  const w = words.value;
  const { path, person, onClose, onDone } = props;
  const { wrong, busy, submit } = useForm(async (form) => {
    const why = textOf(form, 'why');
    await ask('PUT', `${path}/${person.id}/roles`, Done, { roles: rolesIn(form), ...(why === '' ? {} : { why }) });
    onDone();
  });
  return (
    <Dialog title={`${w.people.deeds.roles}: ${person.name}`} close={w.close} onClose={onClose}>
      <form onSubmit={submit}>
        <Roles has={person.roles} />
        <label class="field">
          {w.orders.why}
          <input type="text" name="why" maxLength={500} />
        </label>
        <p class="wrong" role="alert">
          {wrong}
        </p>
        <button type="submit" class="main" disabled={busy}>
          {w.save}
        </button>
      </form>
    </Dialog>
  );
}
