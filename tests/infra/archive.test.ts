import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, inject, it } from "vitest";
import * as z from "zod";

import { type Graph, resource, resourcesOf } from "../../tools/sst/graph.ts";
import { read } from "../../tools/sst/resources.ts";
import { duckdb } from "../support/duckdb.ts";
import { startDeployedCollector } from "./support/collector.ts";

const { production, staging } = inject("graphs");

const GlueTable = z.object({
  name: z.string(),
  tableType: z.string(),
  parameters: z.record(z.string(), z.string()),
  partitionKeys: z.array(z.object({ name: z.string(), type: z.string() })).optional(),
  viewOriginalText: z.string().optional(),
  storageDescriptor: z.object({
    location: z.string().optional(),
    columns: z.array(z.object({ name: z.string(), type: z.string() })),
  }),
});

const glueTables = (graph: Graph) => read(graph, "aws:glue/catalogTable:CatalogTable", GlueTable);

const bucketOf = (graph: Graph) => {
  const { inputs } = resource(graph, "aws:s3/bucketPolicy:BucketPolicy", "ArchivePolicy");
  return String(inputs.bucket);
};

describe("the archive's bucket", () => {
  it("is private, encrypted, over TLS only, and kept when production is removed", () => {
    for (const graph of [production, staging]) {
      expect(
        resource(graph, "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", "ArchivePublicAccessBlock")
          .inputs,
      ).toMatchObject({
        blockPublicAcls: true,
        blockPublicPolicy: true,
        ignorePublicAcls: true,
        restrictPublicBuckets: true,
      });
      const { policy } = resource(graph, "aws:s3/bucketPolicy:BucketPolicy", "ArchivePolicy").inputs;
      expect(JSON.parse(String(policy)).Statement).toEqual([
        {
          Effect: "Deny",
          Principal: { AWS: ["*"] },
          Action: ["s3:*"],
          Resource: [`arn:aws:s3:::${bucketOf(graph)}`, `arn:aws:s3:::${bucketOf(graph)}/*`],
          Condition: { Bool: { "aws:SecureTransport": ["false"] } },
        },
      ]);
      expect(
        resource(
          graph,
          "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
          "ArchiveEncryption",
        ).inputs,
      ).toMatchObject({ rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }] });
    }
    expect(resource(production, "aws:s3/bucket:Bucket", "ArchiveBucket").retainOnDelete).toBe(true);
  });

  it("forgets what Athena answered, and stores measurements colder where a stage says so", () => {
    const rules = (graph: Graph) =>
      resource(graph, "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", "ArchiveLifecycle")
        .inputs.rules;
    const always = [
      expect.objectContaining({ filter: { prefix: "athena-results/" }, expiration: { days: 7 } }),
      expect.objectContaining({ abortIncompleteMultipartUpload: { daysAfterInitiation: 7 } }),
    ];
    expect(rules(production)).toEqual(always);
    expect(rules(staging)).toEqual([
      ...always,
      {
        id: "cold",
        status: "Enabled",
        filter: { prefix: "measurements/" },
        transitions: [{ days: 60, storageClass: "STANDARD_IA" }],
      },
    ]);
  });
});

describe("a query of the archive", () => {
  it("may read ten gigabytes, and leaves its answer encrypted in the archive's bucket", () => {
    const { inputs } = resource(staging, "aws:athena/workgroup:Workgroup", "ArchiveWorkgroup");
    expect(inputs).toMatchObject({
      name: "energylive-staging",
      configuration: {
        enforceWorkgroupConfiguration: true,
        bytesScannedCutoffPerQuery: 10_000_000_000,
        resultConfiguration: {
          outputLocation: `s3://${bucketOf(staging)}/athena-results/`,
          encryptionConfiguration: { encryptionOption: "SSE_S3" },
        },
      },
    });
    expect(resource(staging, "aws:glue/catalogDatabase:CatalogDatabase", "ArchiveDatabase").inputs.name).toBe(
      "energylive_staging",
    );
  });

  it("finds what the deployed archiver writes, where and as the tables say", async () => {
    await using collector = await startDeployedCollector(production, () => []);
    await collector.putDevice({ device_id: "I-10082023-01658401" });
    await collector.putMeasurement(Date.now() - 3 * 86_400_000);
    const result = await collector.archiver.invoke({ archiver: 0 }, 900_000);
    expect(result, collector.archiver.output()).toMatchObject({ isUnfinished: false });
    const folder = await mkdtemp(join(tmpdir(), "energylive-archive-"));
    const ATHENA: Record<string, string> = {
      VARCHAR: "string",
      DOUBLE: "double",
      BIGINT: "bigint",
      "TIMESTAMP WITH TIME ZONE": "timestamp",
    };
    for (const { name, parameters, partitionKeys, storageDescriptor, tableType } of glueTables(production)) {
      if (tableType !== "EXTERNAL_TABLE") continue;
      const [partition] = partitionKeys ?? [];
      expect(parameters).toMatchObject({
        "projection.enabled": "true",
        [`projection.${partition?.name}.type`]: "date",
      });
      const template = parameters["storage.location.template"] ?? "";
      const prefix = template.replace("s3://", "").split("${")[0] ?? "";
      expect(`s3://${prefix}`).toContain(storageDescriptor.location);
      const objects = [...collector.s3.objects].filter(([path]) => path.startsWith(prefix));
      if (name === "market_price") continue;
      const [[path, body] = ["", Buffer.alloc(0)]] = objects;
      // What stands for the partition is a date of its format.
      const format = parameters[`projection.${partition?.name}.format`]?.replaceAll(/[yMd]/g, "\\d");
      expect(path.slice(prefix.length)).toMatch(new RegExp(`^${format}/shard-0-of-1\\.parquet$`));
      const file = join(folder, "file.parquet");
      await writeFile(file, body);
      const columns = await duckdb(`describe select * from '${file}'`);
      expect(
        columns.map(({ column_name, column_type }) => ({
          name: column_name,
          type: ATHENA[String(column_type)],
        })),
        name,
      ).toEqual(storageDescriptor.columns);
    }
    await rm(folder, { recursive: true });
  });

  it("by people has views, whose columns are those of their text, from tables that are there", () => {
    const tables = glueTables(production);
    const views = tables.filter(({ tableType }) => tableType === "VIRTUAL_VIEW");
    expect(views.map(({ name }) => name).sort()).toEqual(["load_profile", "measurements"]);
    for (const { viewOriginalText = "", storageDescriptor, parameters } of views) {
      expect(parameters.presto_view).toBe("true");
      const [, base64 = ""] = /^\/\* Presto View: (\S+) \*\/$/.exec(viewOriginalText) ?? [];
      const view = JSON.parse(Buffer.from(base64, "base64").toString());
      expect(view.schema).toBe("energylive_production");
      expect(view.columns.map(({ name }: { name: string }) => name)).toEqual(
        storageDescriptor.columns.map(({ name }) => name),
      );
      const source = tables.find(({ name }) => view.originalSql.endsWith(` FROM ${name}`));
      const known = new Set([
        ...(source?.storageDescriptor.columns ?? []).map(({ name }) => name),
        ...(source?.partitionKeys ?? []).map(({ name }) => name),
        ...storageDescriptor.columns.map(({ name }) => name),
      ]);
      const words =
        view.originalSql.replaceAll(/'[^']*'|CAST|AS timestamp\(3\)|\w+\(/g, " ").match(/[a-z_]+/g) ?? [];
      for (const word of words)
        expect(known.has(word) || word === source?.name, `${word} in ${view.originalSql}`).toBe(true);
    }
  });
});

it("has a schedule for each archiver", () => {
  const names = (graph: Graph) =>
    resourcesOf(graph, "aws:scheduler/schedule:Schedule")
      .map(({ inputs }) => String(inputs.name))
      .filter((name) => name.includes("-archive-"));
  expect(names(production)).toEqual(["energylive-production-archive-0"]);
  expect(names(staging)).toHaveLength(3);
});
