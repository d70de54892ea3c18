import { html } from "hono/html";
import * as z from "zod";

/** Below `/api/v1`. */
export const STYLE_PATH = "/docs.css";

export const DESCRIPTION_STYLE = `
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1.25rem; }
h1 { font-size: 1.75rem; }
h2 { margin-top: 3rem; font-size: 1.375rem; }
h3 { margin: 2rem 0 0; font-size: 1.0625rem; }
p, ul { margin-block: 0.375rem; }
code { overflow-wrap: anywhere; }
pre { overflow-x: auto; padding: 0.75rem; border-radius: 0.5rem; background: light-dark(#eef2f5, #1a232c); }
`;

const REFERENCE = "#/components/schemas/";
const JSON_CONTENT = "application/json";

/** As much of a schema as the page shows. */
const Schema = z.looseObject({
  type: z.union([z.string(), z.array(z.string())]).optional(),
  enum: z.array(z.unknown()).optional(),
  description: z.string().optional(),
  default: z.unknown().optional(),
  $ref: z.string().optional(),
  items: z.looseObject({ $ref: z.string().optional() }).optional(),
});
type Schema = z.infer<typeof Schema>;

const Fields = z.looseObject({ properties: z.record(z.string(), Schema).default({}) });

const content = z.record(z.string(), z.looseObject({ schema: Schema }));

const Operation = z.looseObject({
  summary: z.string().optional(),
  parameters: z
    .array(
      z.looseObject({
        name: z.string(),
        in: z.string(),
        description: z.string().optional(),
        schema: Schema.optional(),
      }),
    )
    .default([]),
  requestBody: z.looseObject({ content }).optional(),
  responses: z.record(z.string(), z.looseObject({ content: content.optional() })),
});

/** As much of an OpenAPI document as the page shows. */
const Described = z.object({
  info: z.object({ title: z.string(), description: z.string() }),
  paths: z.record(z.string(), z.record(z.string(), Operation)),
  components: z.object({ schemas: z.record(z.string(), Fields) }),
});

/** The description for a person: what there is, how to ask for it, and what is answered. */
export function descriptionPage(document: unknown) {
  const { info, paths, components } = Described.parse(document);
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  );
  const fieldsOf = (schema: Schema | undefined) =>
    Object.entries(components.schemas[referred(schema) ?? ""]?.properties ?? {});
  return html`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/api/v1${STYLE_PATH}">
<title>${info.title}: API</title>
<main>
<h1>The API of ${info.title}</h1>
<p>${info.description}</p>
<p>Make a token with <code>energylive tokens add NAME</code> and send it with each request:</p>
<pre>curl -H "Authorization: Bearer elt_…" ADDRESS/api/v1/devices</pre>
<p><a href="/api/v1/openapi.json">openapi.json</a> describes it for programs (OpenAPI 3.1).</p>
<h2>Requests</h2>
${operations.map(({ path, method, operation }) => {
  const { summary = "", parameters, requestBody, responses } = operation;
  const sent = [
    ...parameters.map(({ name, in: place, description, schema }) =>
      field(name, { ...schema, description: description ?? schema?.description }, place),
    ),
    ...fieldsOf(requestBody?.content[JSON_CONTENT]?.schema).map(([name, schema]) =>
      field(name, schema, "body"),
    ),
  ];
  return html`<section>
<h3>${method} <code>/api/v1${path}</code></h3>
<p>${summary}. Answers ${reference(referred(responses[200]?.content?.[JSON_CONTENT]?.schema) ?? "")}.</p>
<ul>${sent}</ul>
</section>`;
})}
<h2>Objects</h2>
${Object.keys(components.schemas).map(
  (name) => html`<section>
<h3 id="${name}">${name}</h3>
<ul>${fieldsOf({ $ref: `${REFERENCE}${name}` }).map(([each, schema]) => field(each, schema))}</ul>
</section>`,
)}
</main>
</html>`;
}

/** @param place where a request has it */
function field(name: string, schema: Schema, place?: string) {
  const list = referred(schema.items);
  const of = list === undefined ? "" : html` (list of ${reference(list)})`;
  const where = place === undefined ? "" : ` (${place})`;
  const said = [
    schema.description,
    schema.enum === undefined ? undefined : `one of ${schema.enum.join(", ")}`,
    schema.default === undefined ? undefined : `by default ${schema.default}`,
  ].filter((each) => each !== undefined);
  return html`<li><code>${name}</code>${where}${of}${said.length === 0 ? "" : html`: ${withCode(said.join("; "))}`}</li>`;
}

function reference(name: string) {
  return html`<a href="#${name}">${name}</a>`;
}

/** The name of the schema that one refers to. */
function referred(schema: { $ref?: string | undefined } | undefined): string | undefined {
  return schema?.$ref?.startsWith(REFERENCE) === true ? schema.$ref.slice(REFERENCE.length) : undefined;
}

/** Descriptions have code between backticks, as Markdown does. */
function withCode(text: string) {
  return text.split("`").map((part, index) => (index % 2 === 0 ? part : html`<code>${part}</code>`));
}
