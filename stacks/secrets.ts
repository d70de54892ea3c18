/**
 * The key named `default`, for those who set it as a secret of the stage before keys were SSM parameters. A parameter with that name
 * wins, so the secret can go once `energylive keys set default` has run: docs/deploy.md.
 */
export const secretKey: Record<string, $util.Input<string>> = process.env.SST_SECRET_EnergyLiveApiKey ===
undefined
  ? {}
  : { ENERGYLIVE_API_KEY: new sst.Secret("EnergyLiveApiKey").value };
