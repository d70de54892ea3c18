import type { ComponentChildren } from "preact";

/** Wide tables scroll in their own box, also by key; the page never scrolls sideways. */
export function DataTable(props: {
  caption: string;
  head: readonly { text: string; isNumber?: boolean; className?: string }[];
  children: ComponentChildren;
}) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a section would be a landmark for every table.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: who has no pointer scrolls it by key.
    <div class="table-place" role="group" tabIndex={0} aria-label={props.caption}>
      <table>
        <caption class="visually-hidden">{props.caption}</caption>
        <thead>
          <tr>
            {props.head.map(({ text, isNumber, className }) => (
              <th key={text} scope="col" class={isNumber === true ? "number" : className}>
                {text}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{props.children}</tbody>
      </table>
    </div>
  );
}
