/** The embedded stack listens on loopback only: it has no access control of its own. */
export const LOOPBACK = "127.0.0.1";

/** The region of the embedded services: the same as the default of the deployment. */
export const EMBEDDED_REGION = "eu-central-1";

/** The AWS SDK's configuration for a service. */
export interface AwsConfig {
  endpoint: string;
  region: string;
  /** Default: where the SDK looks for them. */
  credentials?: { accessKeyId: string; secretAccessKey: string };
}

/** For the embedded services, which accept any credentials. */
export function awsConfig(endpoint: string): AwsConfig {
  return {
    endpoint,
    region: EMBEDDED_REGION,
    credentials: { accessKeyId: "embedded", secretAccessKey: "embedded" },
  };
}
