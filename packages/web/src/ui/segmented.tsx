/** A few choices side by side, one of them selected, or none if something else was chosen elsewhere. */
export function Segmented<Choice extends string>(props: {
  label: string;
  choices: readonly { value: Choice; text: string; title?: string }[];
  chosen: Choice | undefined;
  onChoose: (choice: Choice) => void;
}) {
  return (
    <fieldset class="segmented">
      <legend class="visually-hidden">{props.label}</legend>
      {props.choices.map(({ value, text, title }) => (
        <button
          key={value}
          type="button"
          aria-pressed={props.chosen === value}
          title={title}
          onClick={() => props.onChoose(value)}
        >
          {text}
        </button>
      ))}
    </fieldset>
  );
}
