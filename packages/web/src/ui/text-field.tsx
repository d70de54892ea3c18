import { useId } from "preact/hooks";

/** A labelled line of text. What is typed as a password is hidden, and browsers do not keep it. */
export function TextField(props: {
  label: string;
  value: string;
  onInput: (text: string) => void;
  help?: string;
  isSecret?: boolean;
  isRequired?: boolean;
}) {
  const id = useId();
  const input = {
    id,
    spellcheck: false,
    required: props.isRequired === true,
    value: props.value,
    "aria-describedby": props.help === undefined ? undefined : `${id}-help`,
    onInput: ({ currentTarget }: { currentTarget: HTMLInputElement }) => props.onInput(currentTarget.value),
  };
  return (
    <div class="text-field">
      <label for={id}>{props.label}</label>
      {props.isSecret === true ? (
        <input type="password" autocomplete="new-password" {...input} />
      ) : (
        <input type="text" autocomplete="off" {...input} />
      )}
      {props.help === undefined ? null : (
        <p id={`${id}-help`} class="hint">
          {props.help}
        </p>
      )}
    </div>
  );
}
