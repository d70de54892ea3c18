import { ConfigurationError } from "../packages/core/src/settings/configuration-error.ts";

/** The key named `default`. Other keys are SSM parameters, so devices of several accounts can be polled. */
export const apiKey = secret("EnergyLiveApiKey", "<your key>");

/** SST itself finds a missing secret only where it is used, after it has made half of the stage. */
function secret(name: string, placeholder: string) {
  if (process.env[`SST_SECRET_${name}`] === undefined) {
    throw new ConfigurationError([
      `the secret ${name} is not set; run npx sst secret set ${name} "${placeholder}" --stage ${$app.stage}`,
    ]);
  }
  return new sst.Secret(name);
}
