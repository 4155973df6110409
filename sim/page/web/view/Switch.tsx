/** Something that is on or off at once. */
export function Switch({ text, on, onTurn }: { text: string; on: boolean; onTurn: (on: boolean) => void }) {
  return (
    <label class="switch">
      <input
        type="checkbox"
        role="switch"
        aria-checked={on}
        checked={on}
        onChange={(event) => onTurn(event.currentTarget.checked)}
      />
      <span>{text}</span>
    </label>
  );
}
