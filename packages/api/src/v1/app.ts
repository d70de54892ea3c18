import { failureOf } from "@energylive/core/failure";
import type { Log } from "@energylive/core/log";
import { describeProblems } from "@energylive/core/problems";
import { OpenAPIHono } from "@hono/zod-openapi";
import { bodyLimit } from "hono/body-limit";
import { etag } from "hono/etag";

import type { Refusal } from "../contract.ts";
import { RequestProblem } from "../problem.ts";
import { addDevices, type DeviceParts } from "./devices.ts";
import { addEnergy, type EnergyParts } from "./energy.ts";
import { addMeasurements, type MeasurementParts } from "./measurements.ts";
import { DESCRIPTION_STYLE, descriptionPage, STYLE_PATH } from "./page.ts";

/** An edit has a name. */
const MOST_BODY_BYTES = 4_096;

export interface V1Parts extends DeviceParts, MeasurementParts, EnergyParts {
  log: Log;
}

/** The API for programs, described by the schemas that it is checked with. */
export function createV1(parts: V1Parts): OpenAPIHono {
  const app = new OpenAPIHono({
    defaultHook(result, context) {
      if (result.success) return undefined;
      const said = describeProblems(result.error).join("; ");
      return context.json({ code: "bad_request", said }, 400);
    },
  });
  app.onError((error, context) => {
    const { status, code, said } = problemOf(error);
    if (status >= 500) parts.log.error({ event: "api_request_failed", path: context.req.path, error });
    return context.json({ code, said }, status);
  });
  app.use("*", etag());
  app.use(
    "*",
    bodyLimit({
      maxSize: MOST_BODY_BYTES,
      onError: (context) => context.json({ code: "bad_request", said: "the body is too long" }, 413),
    }),
  );
  app.openAPIRegistry.registerComponent("securitySchemes", "token", {
    type: "http",
    scheme: "bearer",
    description: "of `energylive tokens add NAME`",
  });

  addDevices(app, parts);
  addMeasurements(app, parts);
  addEnergy(app, parts);

  const document = () =>
    app.getOpenAPI31Document({
      openapi: "3.1.0",
      info: {
        title: "energylive-collector",
        version: "1",
        description:
          "Devices, measurements, energy, prices and alerts of a stage. Times are ISO 8601 in UTC, energy is Wh, power W. What is not known is null.",
        license: { name: "MIT" },
      },
      servers: [{ url: "/api/v1" }],
    });
  app.get("/openapi.json", (context) =>
    context.body(JSON.stringify(document()), 200, { "content-type": "application/json" }),
  );
  app.get("/docs", (context) => context.html(descriptionPage(document())));
  app.get(STYLE_PATH, (context) =>
    context.body(DESCRIPTION_STYLE, 200, { "content-type": "text/css; charset=utf-8" }),
  );
  app.all("*", (context) =>
    context.json({ code: "not_found", said: "there is no such path: /api/v1/docs lists them" }, 404),
  );
  return app;
}

function problemOf(error: Error) {
  if (error instanceof RequestProblem) {
    const { status, refusal } = error;
    return { status, code: refusal.code, said: saidOf(refusal) };
  }
  // Of zod-openapi's validator: the body is not JSON, or not sent as such.
  if ("getResponse" in error && "status" in error)
    return { status: 400 as const, code: "bad_request", said: error.message };
  const failure = failureOf(error);
  return {
    status: 502 as const,
    code: failure.code,
    said: "said" in failure ? failure.said : error.message || failure.code,
  };
}

function saidOf(refusal: Refusal): string {
  if (refusal.code === "device_unknown") return `there is no device ${refusal.device_id}`;
  return "said" in refusal ? refusal.said : refusal.code;
}
