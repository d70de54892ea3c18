/** Everything of the embedded stack listens here and nowhere else: it has no access control of its own. */
export const LOOPBACK = "127.0.0.1";

/** The region of the embedded services: that of the deployment. */
export const EMBEDDED_REGION = "eu-central-1";

/** What the AWS SDK is told about a service. */
export interface AwsConfig {
  endpoint: string;
  region: string;
  /** Default: where the SDK looks for them. */
  credentials?: { accessKeyId: string; secretAccessKey: string };
}

/** For the embedded services, which take any credentials. */
export function awsConfig(endpoint: string): AwsConfig {
  return {
    endpoint,
    region: EMBEDDED_REGION,
    credentials: { accessKeyId: "embedded", secretAccessKey: "embedded" },
  };
}
