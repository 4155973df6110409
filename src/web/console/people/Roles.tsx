import { Role } from '../../../protocol/api/rights.ts';
import { words } from '../words/words.ts';

/** What somebody is here; one may be several. */
export function Roles({ has = [] }: { has?: readonly Role[] }) {
  const w = words.value.people;
  return (
    <fieldset class="roles">
      <legend>{w.as}</legend>
      {Role.options.map((role) => (
        <label key={role} class="tick">
          <input type="checkbox" name="roles" value={role} defaultChecked={has.includes(role)} />
          {w.roles[role]}
        </label>
      ))}
    </fieldset>
  );
}

/** The roles that are ticked in a form. */
export const rolesIn = (form: FormData): Role[] => Role.options.filter((role) => form.getAll('roles').includes(role));
