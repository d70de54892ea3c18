import { expect, it } from "vitest";

import { startCliStack } from "./cli.ts";

it("takes a name that a device sends where the table has no index of types", async () => {
  await using stack = await startCliStack(1, { TYPE_INDEX_SHARDS: "0" });
  const [id = ""] = stack.collector.ids;
  stack.collector.api.setResponse(id, [{ measurement: "odd name", timestamp: Date.now(), value: 1 }]);
  await stack.collector.put({ device_id: id });
  await stack.collector.stack.poll({});
  await stack.collector.drained();
  expect(await stack.json("query", id, "--type", "odd name")).toMatchObject([{ value: 1 }]);
  const unknown = await stack.run("query", id, "--type", "other name");
  expect(unknown).toMatchObject({ code: 2, stderr: expect.stringContaining("short names: power") });
  const across = await stack.run("query", "--type", "power");
  expect(across).toMatchObject({ code: 1, stderr: expect.stringMatching(/has no index .* name a device/) });
});
