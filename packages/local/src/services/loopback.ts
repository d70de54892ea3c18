/** Everything of the embedded stack listens here and nowhere else: it has no access control of its own. */
export const LOOPBACK = "127.0.0.1";

/** What the AWS SDK is told about the embedded services. Any credentials do; the region is the one of the deployment. */
export const EMBEDDED_REGION = "eu-central-1";

export function awsConfig(endpoint: string) {
  return {
    endpoint,
    region: EMBEDDED_REGION,
    credentials: { accessKeyId: "embedded", secretAccessKey: "embedded" },
  };
}
