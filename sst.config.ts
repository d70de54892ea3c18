/// <reference path="./.sst/platform/config.d.ts" />

/**
 * The app that `sst deploy` deploys: docs/deploy.md. Its parts are in stacks/, a file per concern; a stage's settings are
 * in stacks/config.ts. SST evaluates `app` before it has installed the providers, so nothing is imported at the top.
 */
export default $config({
  async app(input) {
    const { PRODUCTION_STAGE } = await import("./packages/core/src/settings/names.ts");
    const { readRegion } = await import("./stacks/config.ts");
    const isProduction = input.stage === PRODUCTION_STAGE;
    return {
      name: "energylive",
      home: "aws",
      // Production refuses `sst remove`, and its tables survive even a forced removal.
      protect: isProduction,
      removal: isProduction ? "retain" : "remove",
      providers: { aws: { region: readRegion(process.env) } },
    };
  },
  async run() {
    const { settings } = await import("./stacks/settings.ts");
    if ($dev) throw new Error("sst dev is not supported: npm start runs the same handlers on this machine");
    const { refuseForeignTables } = await import("./stacks/existing.ts");
    await refuseForeignTables();
    const storage = await import("./stacks/storage.ts");
    const queue = await import("./stacks/queue.ts");
    await import("./stacks/ingestion.ts");
    await import("./stacks/notifications.ts");
    const archive = await import("./stacks/archive.ts");
    const monitoring =
      settings.monitoring === "on"
        ? (await import("./stacks/cloudwatch.ts")).outputs
        : { alarms: "none, and no dashboard: ENERGYLIVE_MONITORING is off" };
    const command = (args: string) =>
      `AWS_REGION=${settings.region} npx energylive ${args} --stage ${$app.stage}`;
    return {
      measurementsTable: storage.measurements.name,
      devicesTable: storage.devices.name,
      measurementQueueUrl: queue.measurementQueue.url,
      measurementDlqUrl: queue.measurementDlq.url,
      archiveBucket: archive.bucket.name,
      ...monitoring,
      firstKey: command("keys set default"),
      firstDevices: command("devices discover"),
    };
  },
});
