import type { Context } from "hono";

import { problem } from "../problem.ts";

const WHAT_TO_DO =
  "Open the address that the terminal shows: it has a token, which lets this browser in for as long as the dashboard runs.";

/** A plain page: its link helps who came here from another site, whose first request no browser sends the cookie with. */
const PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>energyLIVE</title>
<h1>This is the energyLIVE dashboard</h1>
<p>${WHAT_TO_DO}</p>
<p lang="de">Öffnen Sie die Adresse, die im Terminal steht: Ihr Token lässt diesen Browser ein, solange das Dashboard läuft.</p>
<p><a href="/">Try again</a></p>
</html>
`;

export function unauthorized(context: Context): Response {
  const wantsPage =
    context.req.method === "GET" && context.req.header("accept")?.includes("text/html") === true;
  return wantsPage ? context.html(PAGE, 401) : problem(context, 401, WHAT_TO_DO);
}
