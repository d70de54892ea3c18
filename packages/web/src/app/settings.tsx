import { chooseLanguage, LANGUAGES, type Language, language, t } from "../i18n/locale.ts";
import { sessionText } from "../i18n/translate.ts";
import { Icon } from "../ui/icon.tsx";
import { session } from "./session.ts";
import { chooseTheme, THEMES, theme } from "./theme.ts";

const KNOWN_LANGUAGES: readonly Language[] = ["de", "en"];

/** Language and appearance behind one button. The browser closes it on Escape and on a click outside. */
export function Settings() {
  const words = t.value.app;
  return (
    <>
      <button type="button" class="icon-button" popovertarget="settings" aria-label={words.settings}>
        <Icon name="settings" />
      </button>
      <div id="settings" popover="auto" class="settings" role="dialog" aria-label={words.settings}>
        <fieldset>
          <legend>{words.language}</legend>
          {KNOWN_LANGUAGES.map((one) => (
            <label key={one} lang={one}>
              <input
                type="radio"
                name="language"
                checked={language.value === one}
                onChange={() => chooseLanguage(one)}
              />
              {LANGUAGES[one]}
            </label>
          ))}
        </fieldset>
        <fieldset>
          <legend>{words.theme}</legend>
          {THEMES.map((one) => (
            <label key={one}>
              <input
                type="radio"
                name="theme"
                checked={theme.value === one}
                onChange={() => chooseTheme(one)}
              />
              {words.themes[one]}
            </label>
          ))}
        </fieldset>
        {session.value === undefined ? null : <p class="settings-session">{sessionText(session.value)}</p>}
      </div>
    </>
  );
}
