import { linkTo } from '../room.ts';
import { act, snapshot } from '../state.ts';
import { TwicePress } from './TwicePress.tsx';

const DOORS = [
  {
    to: linkTo('phone'),
    name: 'The phone',
    what: 'On the wall of Unit B. Lift the handset, key a PIN and a number, talk.',
  },
  {
    to: linkTo('called-party'),
    name: 'The called party',
    what: 'At home: answers, hears who calls, accepts, refuses or blocks.',
  },
  { to: linkTo('both'), name: 'Phone and called party', what: 'Both ends of a call on one page, to play both parts.' },
] as const;

/** The way into the demonstration: one door for each part that can be played. */
export function Doors() {
  return (
    <>
      <nav class="doors" aria-label="Doors">
        {DOORS.map(({ to, name, what }) => (
          <a key={to} class="card door" href={to}>
            <b>{name}</b>
            <span>{what}</span>
          </a>
        ))}
        {snapshot.value?.controlRoom && (
          <a class="card door" href="control-room" target="_blank" rel="noreferrer">
            <b>The control room</b>
            <span>
              As Dana Lee, officer: every phone as it is. Close a unit with one press and watch each phone obey. Opens
              in a tab of its own.
            </span>
          </a>
        )}
      </nav>
      {snapshot.value?.canStartOver && (
        <TwicePress
          text="Start over"
          again="Press again to start over"
          why="All calls, charges, blocks and keys of this demonstration are forgotten. It takes some seconds."
          onPress={() => act({ do: 'start-over' })}
        />
      )}
    </>
  );
}
