/** What is known of something: a name and its value, or some lines of it. */
export function Facts({ facts }: { facts: readonly (readonly [name: string, value: string | readonly string[]])[] }) {
  return (
    <dl class="facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{typeof value === 'string' ? value : value.map((line) => <div key={line}>{line}</div>)}</dd>
        </div>
      ))}
    </dl>
  );
}
