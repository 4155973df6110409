/** One choice of a few, as a row of buttons (a radio group: arrow keys move, as the browser does it). */
export function Segments<T extends string>(props: {
  name: string;
  label: string;
  value: T;
  choices: readonly { value: T; text: string }[];
  onPick: (value: T) => void;
}) {
  return (
    <fieldset class="segments" aria-label={props.label}>
      {props.choices.map(({ value, text }) => (
        <label key={value} class={`choice ${value}`}>
          <input
            type="radio"
            name={props.name}
            value={value}
            checked={props.value === value}
            onChange={() => props.onPick(value)}
          />
          <span>{text}</span>
        </label>
      ))}
    </fieldset>
  );
}
