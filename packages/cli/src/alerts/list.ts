import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import type { Alert } from "@energylive/core/alert/store";
import { DEFAULT_TIME_ZONE } from "@energylive/core/device/device";

import { type Context, documented, run, withCommonOptions } from "../command.ts";
import { DEVICE_ARGUMENT, deviceNamed, deviceNames, openRegistry } from "../devices/registry.ts";
import { age } from "../terminal/age.ts";
import { table } from "../terminal/table.ts";
import { describeRule, describeValue, flatAlert, openAlerts } from "./store.ts";

const JSON_FORM =
  "an array of { device_id, rule, began_at, opened_at, closed_at, value, limit }; value and limit are in the rule's own unit";

/** `energylive alerts list` and `energylive alerts history` */
export function defineList(alerts: CommandUnknownOpts): void {
  documented(withCommonOptions(alerts.command("list").description("the alerts of all devices that last")), {
    examples: [["alerts list", "what is wrong now, and since when"]],
    json: JSON_FORM,
  }).action((options) => run(options, list));
  documented(
    withCommonOptions(
      alerts
        .command("history")
        .description("every alert that a device had, the newest first")
        .argument("<device>", DEVICE_ARGUMENT),
    ),
    {
      examples: [["alerts history I-10082023-01658401", "when, for how long, and how much"]],
      json: JSON_FORM,
    },
  ).action((device, options) => run(options, (context) => history(context, device)));
}

async function list({ open, output }: Context): Promise<void> {
  const stage = await open();
  const found = await (await openAlerts(stage)).allOpen();
  const names = await deviceNames(await openRegistry(stage));
  const now = Date.now();
  await output.result(
    found.map(flatAlert),
    found.length === 0
      ? "No alert lasts."
      : table(
          [
            { title: "device", shrinks: true },
            { title: "alert" },
            { title: "value", align: "right" },
            { title: "since" },
          ],
          found.map((alert) => [
            names.get(alert.device_id) ?? alert.device_id,
            describeRule(alert.rule),
            describeValue(alert),
            `${age(now - alert.began)} ago`,
          ]),
        ),
  );
}

async function history({ open, output }: Context, text: string): Promise<void> {
  const stage = await open();
  const registry = await openRegistry(stage);
  const id = await deviceNamed(registry, text);
  const timeZone = (await registry.find(id))?.device?.time_zone ?? DEFAULT_TIME_ZONE;
  const found = await (await openAlerts(stage)).history(id);
  await output.result(
    found.map(flatAlert),
    found.length === 0
      ? `${id} has had no alert.`
      : table(
          [{ title: "began" }, { title: "over" }, { title: "alert" }, { title: "value", align: "right" }],
          found.map((alert) => [
            // The Swedish form is that of ISO 8601.
            new Date(alert.began).toLocaleString("sv", { timeZone }).slice(0, 16),
            alert.closed_at === undefined ? "lasts" : lasted(alert),
            describeRule(alert.rule),
            describeValue(alert),
          ]),
        ),
  );
}

function lasted({ began, closed_at = "" }: Alert): string {
  return `after ${age(Date.parse(closed_at) - began)}`;
}
