import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";

import { type Check, look, ok } from "./check.ts";

/** Which AWS identity is used, and in which region. */
export async function checkAccount(): Promise<Check[]> {
  const sts = new STSClient({});
  try {
    return [
      ...(await look("credentials", async () => {
        const { Account, Arn } = await sts.send(new GetCallerIdentityCommand({}));
        return ok("credentials", `${Arn} in account ${Account}`);
      })),
      ...(await look("region", async () => ok("region", await sts.config.region()))),
    ];
  } finally {
    sts.destroy();
  }
}
