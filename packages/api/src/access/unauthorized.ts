import type { Context } from "hono";
import { accepts } from "hono/accepts";
import type { ContentfulStatusCode } from "hono/utils/http-status";

import { problem } from "../problem.ts";

/** Where the page of the password sends it. */
export const SIGN_IN_PATH = "/sign-in";

/** Of the page of these answers: it needs nothing of what is only for those who are signed in. */
export const STYLE_PATH = "/sign-in.css";

const STYLE = `
:root { color-scheme: light dark; font: 1.0625rem/1.5 system-ui, sans-serif; }
body { max-width: 30rem; margin: 15vh auto 0; padding: 0 1.25rem; }
h1 { font-size: 1.375rem; }
label { display: block; }
input, button { box-sizing: border-box; width: 100%; margin-top: 0.375rem; padding: 0.625rem; font: inherit; border-radius: 0.5rem; }
input { border: 1px solid light-dark(#8593a0, #6b7b8a); background: light-dark(#fff, #161e26); color: inherit; }
button { margin-top: 1rem; border: 0; background: light-dark(#0b5c8f, #79c0f2); color: light-dark(#fff, #0a1a26); cursor: pointer; }
[role="alert"] { color: light-dark(#a3211a, #ff958c); }
`;

export function styleAnswer(context: Context): Response {
  return context.body(STYLE, 200, { "content-type": "text/css; charset=utf-8" });
}

type Language = "de" | "en";

/** What lets a browser in. */
type Secret = "token" | "password";

const TEXTS = {
  de: {
    title: "Das ist die energyLIVE-Übersicht",
    token:
      "Öffnen Sie die Adresse, die im Terminal steht. Ihr Token gilt für diesen Browser, solange die Übersicht läuft.",
    again: "Erneut versuchen",
    password: "Melden Sie sich mit dem Passwort dieser Übersicht an.",
    label: "Passwort",
    signIn: "Anmelden",
    wrong: "Das Passwort stimmt nicht.",
    wait: (minutes: number) =>
      `Zu viele falsche Passwörter. Versuchen Sie es in ${minutes} ${minutes === 1 ? "Minute" : "Minuten"} wieder.`,
  },
  en: {
    title: "This is the energyLIVE dashboard",
    token:
      "Open the address that the terminal shows. Its token lets this browser in for as long as the dashboard runs.",
    again: "Try again",
    password: "Sign in with the password of this dashboard.",
    label: "Password",
    signIn: "Sign in",
    wrong: "The password is wrong.",
    wait: (minutes: number) =>
      `Too many wrong passwords. Try again in ${minutes} ${minutes === 1 ? "minute" : "minutes"}.`,
  },
} satisfies Record<Language, unknown>;

/** Says what lets a browser in; a browser gets a page, with a form where that is a password. */
export function unauthorized(context: Context, secret: Secret, { isWrong = false } = {}): Response {
  const texts = TEXTS[languageOf(context)];
  const body = secret === "token" ? linkBack(texts.again) : form(texts, isWrong);
  return answer(context, 401, { said: TEXTS.en[secret], text: texts[secret], body });
}

export function tooManyTries(context: Context, seconds: number): Response {
  context.header("retry-after", String(seconds));
  const minutes = Math.ceil(seconds / 60);
  const { wait, again } = TEXTS[languageOf(context)];
  return answer(context, 429, {
    said: TEXTS.en.wait(minutes),
    text: wait(minutes),
    body: linkBack(again),
  });
}

/** It helps visitors from another site: browsers send no cookie with their first request. */
function linkBack(text: string): string {
  return `<p><a href="/">${text}</a></p>`;
}

function form({ label, signIn, wrong }: (typeof TEXTS)[Language], isWrong: boolean): string {
  return `${isWrong ? `<p role="alert">${wrong}</p>\n` : ""}<form method="post" action="${SIGN_IN_PATH}">
<label>${label}<input type="password" name="password" autocomplete="current-password" required autofocus></label>
<button>${signIn}</button>
</form>`;
}

function answer(
  context: Context,
  status: ContentfulStatusCode & (401 | 429),
  { said, text, body }: { said: string; text: string; body: string },
): Response {
  if (!wantsPage(context)) return problem(context, status, { code: "unauthorized", said });
  const language = languageOf(context);
  return context.html(
    `<!doctype html>
<html lang="${language}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<link rel="stylesheet" href="${STYLE_PATH}">
<title>energyLIVE</title>
<main>
<h1>${TEXTS[language].title}</h1>
<p>${text}</p>
${body}
</main>
</html>
`,
    status,
  );
}

/** Only a browser's own visit and its form ask for a page. */
export function wantsPage(context: Context): boolean {
  return context.req.header("accept")?.includes("text/html") === true;
}

function languageOf(context: Context): Language {
  const wanted = accepts(context, {
    header: "Accept-Language",
    supports: ["de", "en"],
    default: "en",
    // A browser names its country too: `de-AT`.
    match: (accepted) =>
      accepted.map(({ type }) => type.slice(0, 2)).find((tag) => tag === "de" || tag === "en") ?? "en",
  });
  return wanted === "de" ? "de" : "en";
}
