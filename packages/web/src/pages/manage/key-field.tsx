import type { Signal } from "@preact/signals";
import { t } from "../../i18n/locale.ts";
import { TextField } from "../../ui/text-field.tsx";

/** Where a key is typed. */
export function KeyField({ value }: { value: Signal<string> }) {
  const words = t.value.manage;
  return (
    <TextField
      label={words.key}
      value={value.value}
      onInput={(text) => (value.value = text)}
      help={words.keyHelp}
      isSecret
      isRequired
    />
  );
}
