import { serverLanguage, serverText } from "../i18n/translate.ts";

/** What the server says, marked as English where it is on a German page. */
export function Said({ text }: { text: string }) {
  return (
    <span class="said" lang={serverLanguage(text)}>
      {serverText(text)}
    </span>
  );
}

export function SaidList({ texts }: { texts: readonly string[] }) {
  return (
    <ul>
      {texts.map((text) => (
        <li key={text}>
          <Said text={text} />
        </li>
      ))}
    </ul>
  );
}
