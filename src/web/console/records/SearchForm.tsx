import { LiftRecord } from '../../../protocol/api/records.ts';
import { EndingReason } from '../../../protocol/call.ts';
import { words } from '../words/words.ts';
import { questionOf } from './question.ts';

/** What is looked for among the records; `onSearch` is told it as it stands in an address. */
export function SearchForm({ onSearch }: { onSearch: (question: string) => void }) {
  const { live, endings, records: w } = words.value;
  const search = (event: SubmitEvent): void => {
    event.preventDefault();
    if (event.currentTarget instanceof HTMLFormElement) onSearch(questionOf(new FormData(event.currentTarget)));
  };
  return (
    <form class="search" onSubmit={search}>
      <Text name="terminal" label={live.columns.phone} />
      <Text name="unit" label={live.unit} />
      <Text name="caller" label={w.callerId} />
      <Text name="name" label={w.name} />
      <Text name="number" label={live.columns.number} hint="+12025550123" />
      <Choice
        name="kind"
        label={w.kind}
        choices={[['', w.anyKind], ...LiftRecord.shape.kind.options.map((kind) => [kind, w.kinds[kind]] as const)]}
      />
      <Choice
        name="ending"
        label={w.ending}
        choices={[['', w.any], ...EndingReason.options.map((ending) => [ending, endings[ending]] as const)]}
      />
      <Choice
        name="privileged"
        label={live.private}
        choices={[
          ['', w.either],
          ['true', w.yes],
          ['false', w.no],
        ]}
      />
      <Least name="minutes" label={w.minutes} step="1" />
      <Least name="charged" label={w.dollars} step="0.01" />
      <Moment name="from" label={w.from} />
      <Moment name="to" label={w.to} />
      <label class="tick">
        <input type="checkbox" name="differs" value="true" /> {w.differs}
      </label>
      <button type="submit" class="main">
        {w.search}
      </button>
    </form>
  );
}

function Text({ name, label, hint }: { name: string; label: string; hint?: string }) {
  return (
    <label class="field">
      {label}
      <input type="text" name={name} placeholder={hint ?? ''} autocomplete="off" />
    </label>
  );
}

function Least({ name, label, step }: { name: string; label: string; step: string }) {
  return (
    <label class="field">
      {label}
      <input type="number" name={name} min="0" step={step} />
    </label>
  );
}

function Moment({ name, label }: { name: string; label: string }) {
  return (
    <label class="field">
      {label}
      <input type="datetime-local" name={name} />
    </label>
  );
}

function Choice(props: { name: string; label: string; choices: readonly (readonly [value: string, says: string])[] }) {
  return (
    <label class="field">
      {props.label}
      <select name={props.name}>
        {props.choices.map(([value, says]) => (
          <option key={value} value={value}>
            {says}
          </option>
        ))}
      </select>
    </label>
  );
}
