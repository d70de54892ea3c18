import type { Context } from "hono";
import { accepts } from "hono/accepts";

import { problem } from "../problem.ts";

type Language = "de" | "en";

const TEXTS: Record<Language, { title: string; whatToDo: string; again: string }> = {
  de: {
    title: "Das ist die energyLIVE-Übersicht",
    whatToDo:
      "Öffnen Sie die Adresse, die im Terminal steht. Ihr Token gilt für diesen Browser, solange die Übersicht läuft.",
    again: "Erneut versuchen",
  },
  en: {
    title: "This is the energyLIVE dashboard",
    whatToDo:
      "Open the address that the terminal shows. Its token lets this browser in for as long as the dashboard runs.",
    again: "Try again",
  },
};

/** A plain page. Its link helps visitors from another site: browsers send no cookie with their first request. */
function pageIn(language: Language): string {
  const { title, whatToDo, again } = TEXTS[language];
  return `<!doctype html>
<html lang="${language}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>energyLIVE</title>
<h1>${title}</h1>
<p>${whatToDo}</p>
<p><a href="/">${again}</a></p>
</html>
`;
}

export function unauthorized(context: Context): Response {
  const wantsPage =
    context.req.method === "GET" && context.req.header("accept")?.includes("text/html") === true;
  return wantsPage
    ? context.html(pageIn(languageOf(context)), 401)
    : problem(context, 401, { code: "unauthorized", said: TEXTS.en.whatToDo });
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
