import { Invited } from '../../../protocol/api/people.ts';
import { notice } from '../../kit/notices.ts';
import { ask } from '../api/ask.ts';
import { FormDialog } from '../view/FormDialog.tsx';
import { textOf } from '../view/useForm.ts';
import { words } from '../words/words.ts';
import { Roles, rolesIn } from './Roles.tsx';

/** Invites somebody: he makes his password and second step himself, by a link. */
export function Invite(props: {
  path: `/${string}`;
  onClose: () => void;
  onDone: (made: { name: string; link: string } | null) => void;
}) {
  const w = words.value;
  const send = async (form: FormData): Promise<void> => {
    const name = textOf(form, 'name');
    const body = { name, email: textOf(form, 'email'), roles: rolesIn(form) };
    const { link } = await ask('POST', props.path, Invited, body);
    if (link === null) notice(w.people.hasAccess(name));
    props.onDone(link === null ? null : { name, link });
  };
  return (
    <FormDialog title={w.people.invite} button={w.people.invite} onClose={props.onClose} send={send}>
      <label class="field">
        {w.people.name}
        <input type="text" name="name" required maxLength={100} autocomplete="off" />
      </label>
      <label class="field">
        {w.account.email}
        <input type="email" name="email" required maxLength={254} autocomplete="off" />
      </label>
      <Roles />
    </FormDialog>
  );
}
