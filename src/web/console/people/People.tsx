import { useState } from 'preact/hooks';
import { Done, NewLink, People as PeopleHere } from '../../../protocol/api/people.ts';
import { here, may, me } from '../account/session.ts';
import { ask } from '../api/ask.ts';
import { useAsked } from '../view/useAsked.ts';
import { WhyDialog } from '../view/WhyDialog.tsx';
import { words } from '../words/words.ts';
import { Invite } from './Invite.tsx';
import { LinkSheet } from './LinkSheet.tsx';
import { MachineTokens } from './MachineTokens.tsx';
import type { Person } from './person.ts';
import { RolesDialog } from './RolesDialog.tsx';

type Deed = 'suspend' | 'resume' | 'reset' | 'roles';

const TINT = { active: 'good', invited: 'warn', suspended: 'bad' } as const;

/** Who works here and as what, and the machines that work with them. */
export function People() {
  return (
    <div class="pages">
      <Staff />
      <MachineTokens />
    </div>
  );
}

function Staff() {
  const w = words.value;
  const path = `/facilities/${here.value?.facility ?? ''}/people` as const;
  const { answer, wrong, again } = useAsked(path, PeopleHere);
  const [inviting, setInviting] = useState(false);
  const [doing, setDoing] = useState<{ person: Person; deed: Deed } | null>(null);
  const [link, setLink] = useState<{ name: string; link: string } | null>(null);
  const does = async (why: string): Promise<void> => {
    if (!doing) return;
    const { person, deed } = doing;
    if (deed === 'reset') {
      const made = await ask('POST', `${path}/${person.id}/reset`, NewLink, { why });
      setLink({ name: person.name, link: made.link });
    } else await ask('POST', `${path}/${person.id}/${deed}`, Done, { why });
    setDoing(null);
    again();
  };
  return (
    <section class="card" aria-labelledby="people">
      <header>
        <h2 id="people">{w.pages.people}</h2>
        {may('people.change') && (
          <button type="button" class="main" onClick={() => setInviting(true)}>
            {w.people.invite}
          </button>
        )}
      </header>
      {wrong && (
        <p class="wrong" role="alert">
          {wrong}
        </p>
      )}
      <ul class="lines">
        {answer?.items.map((person) => (
          <li key={person.id} class="person">
            <div>
              <b>{person.name}</b> <span class="quiet">{person.email}</span>{' '}
              <span class={`tagged ${TINT[person.state]}`}>{w.people.states[person.state]}</span>
              <p class="quiet">{person.roles.map((role) => w.people.roles[role]).join(', ')}</p>
            </div>
            {may('people.change') && person.id !== me.value?.id && (
              <div class="sheet-buttons">
                {deedsFor(person).map((deed) => (
                  <button
                    key={deed}
                    type="button"
                    class={deed === 'suspend' ? 'plain shut' : 'plain'}
                    aria-label={`${w.people.deeds[deed]}: ${person.name}`}
                    onClick={() => setDoing({ person, deed })}
                  >
                    {w.people.deeds[deed]}
                  </button>
                ))}
              </div>
            )}
          </li>
        ))}
      </ul>
      {inviting && (
        <Invite
          path={path}
          onClose={() => setInviting(false)}
          onDone={(made) => {
            setInviting(false);
            setLink(made);
            again();
          }}
        />
      )}
      {doing?.deed === 'roles' && (
        <RolesDialog
          path={path}
          person={doing.person}
          onClose={() => setDoing(null)}
          onDone={() => {
            setDoing(null);
            again();
          }}
        />
      )}
      {doing && doing.deed !== 'roles' && (
        <WhyDialog
          title={`${w.people.deeds[doing.deed]}: ${doing.person.name}`}
          ask={w.people.asks[doing.deed]}
          button={w.people.deeds[doing.deed]}
          danger={doing.deed === 'suspend'}
          onClose={() => setDoing(null)}
          send={does}
        />
      )}
      {link && <LinkSheet {...link} onClose={() => setLink(null)} />}
    </section>
  );
}

const deedsFor = ({ state }: Person): readonly Deed[] => [
  'roles',
  state === 'suspended' ? 'resume' : 'suspend',
  'reset',
];
