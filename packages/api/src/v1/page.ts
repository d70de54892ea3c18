import { html } from "hono/html";
import * as z from "zod";

import { STYLE_PATH } from "../access/unauthorized.ts";

/** As much of an OpenAPI document as the page shows. */
const Described = z.object({
  info: z.object({ title: z.string(), description: z.string() }),
  paths: z.record(
    z.string(),
    z.record(
      z.string(),
      z.looseObject({
        summary: z.string().optional(),
        parameters: z
          .array(
            z.looseObject({
              name: z.string(),
              in: z.string(),
              required: z.boolean().optional(),
              description: z.string().optional(),
            }),
          )
          .optional(),
      }),
    ),
  ),
});

/** The description for a person: what there is, and how to ask for it. */
export function descriptionPage(document: unknown) {
  const { info, paths } = Described.parse(document);
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      path,
      method: method.toUpperCase(),
      ...operation,
    })),
  );
  return html`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<link rel="stylesheet" href="${STYLE_PATH}">
<title>${info.title}: API</title>
<main>
<h1>The API of ${info.title}</h1>
<p>${info.description}</p>
<p>Make a token with <code>energylive tokens add NAME</code> and send it with each request:</p>
<pre>curl -H "Authorization: Bearer elt_…" ADDRESS/api/v1/devices</pre>
<p><a href="/api/v1/openapi.json">openapi.json</a> describes it for programs (OpenAPI 3.1).</p>
${operations.map(
  ({ path, method, summary = "", parameters = [] }) => html`<section>
<h2>${method} <code>/api/v1${path}</code></h2>
<p>${summary}</p>
${
  parameters.length === 0
    ? ""
    : html`<ul>${parameters.map(
        ({ name, in: place, description = "" }) =>
          html`<li><code>${name}</code> (${place})${description === "" ? "" : `: ${description}`}</li>`,
      )}</ul>`
}
</section>`,
)}
</main>
</html>`;
}
