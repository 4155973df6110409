import { Done } from '../../../protocol/api/people.ts';
import { ask } from '../api/ask.ts';
import { FormDialog } from '../view/FormDialog.tsx';
import { textOf } from '../view/useForm.ts';
import { words } from '../words/words.ts';
import type { Person } from './person.ts';
import { Roles, rolesIn } from './Roles.tsx';

/** Says as what somebody works here; as nothing: he does no more. */
export function RolesDialog(props: { path: `/${string}`; person: Person; onClose: () => void; onDone: () => void }) {
  const w = words.value;
  const { path, person, onClose, onDone } = props;
  const send = async (form: FormData): Promise<void> => {
    const why = textOf(form, 'why');
    await ask('PUT', `${path}/${person.id}/roles`, Done, { roles: rolesIn(form), ...(why === '' ? {} : { why }) });
    onDone();
  };
  return (
    <FormDialog title={`${w.people.deeds.roles}: ${person.name}`} onClose={onClose} send={send}>
      <Roles has={person.roles} />
      <label class="field">
        {w.orders.why}
        <input type="text" name="why" maxLength={500} />
      </label>
    </FormDialog>
  );
}
