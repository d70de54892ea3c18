/**
 * The names of a stage's resources. The stacks, the embedded stack and the command all use these, so a person can type a
 * name without looking it up.
 */

export const PRODUCTION_STAGE = "production";

/** A stage is part of queue names and SSM paths, so it uses characters that both allow. */
const STAGE = /^[a-zA-Z0-9][a-zA-Z0-9-]{0,39}$/;

export interface ResourceNames {
  measurementsTable: string;
  devicesTable: string;
  profilesTable: string;
  pricesTable: string;
  tariffsTable: string;
  alertsTable: string;
  measurementQueue: string;
  measurementDlq: string;
  profileQueue: string;
  profileDlq: string;
  /** Where scheduled events go that the fetcher never took or never finished. */
  scheduleDlq: string;
  fetcher: string;
  consumer: string;
  profiler: string;
  prices: string;
  reporter: string;
  archiver: string;
  dashboard: string;
  /** Of the archive, in Glue: letters, digits and underscores. */
  archiveDatabase: string;
  /** Of the archive, in Athena. */
  archiveWorkgroup: string;
  /** The SNS topic that alarms notify. */
  alarmTopic: string;
  /** The SNS topic that people subscribe to for alerts and reports. */
  notificationTopic: string;
  /** Prefix of the SSM SecureString parameters with the API keys; ends with a slash. */
  apiKeyPath: string;
  /** Prefix of the SSM SecureString parameters with the channels; ends with a slash. */
  channelPath: string;
  /** Prefix of the SSM SecureString parameters with what is known of access tokens; ends with a slash. */
  tokenPath: string;
}

/**
 * The names of a stage's resources.
 *
 * @throws {RangeError} for a stage that AWS does not accept in a queue name
 * @example resourceNames("production").measurementsTable // "EnergyLiveData"
 * @example resourceNames("test").measurementsTable // "EnergyLiveData-test"
 */
export function resourceNames(stage: string): ResourceNames {
  if (!STAGE.test(stage)) {
    throw new RangeError(
      `stage "${stage}" cannot be part of a queue's name: use 1 to 40 letters, digits and hyphens, starting with a letter or a digit`,
    );
  }
  const suffix = stage === PRODUCTION_STAGE ? "" : `-${stage}`;
  return {
    measurementsTable: `EnergyLiveData${suffix}`,
    devicesTable: `EnergyLiveDevices${suffix}`,
    profilesTable: `EnergyLiveProfiles${suffix}`,
    pricesTable: `EnergyLivePrices${suffix}`,
    tariffsTable: `EnergyLiveTariffs${suffix}`,
    alertsTable: `EnergyLiveAlerts${suffix}`,
    measurementQueue: `energylive-${stage}-measurements`,
    measurementDlq: `energylive-${stage}-measurements-dlq`,
    profileQueue: `energylive-${stage}-profiles`,
    profileDlq: `energylive-${stage}-profiles-dlq`,
    scheduleDlq: `energylive-${stage}-schedule-dlq`,
    fetcher: `energylive-${stage}-fetcher`,
    consumer: `energylive-${stage}-consumer`,
    profiler: `energylive-${stage}-profiler`,
    prices: `energylive-${stage}-prices`,
    reporter: `energylive-${stage}-reporter`,
    archiver: `energylive-${stage}-archiver`,
    dashboard: `energylive-${stage}`,
    archiveDatabase: `energylive_${stage.toLowerCase().replaceAll("-", "_")}`,
    archiveWorkgroup: `energylive-${stage}`,
    alarmTopic: `energylive-${stage}-alarms`,
    notificationTopic: `energylive-${stage}-notifications`,
    apiKeyPath: `/energylive/${stage}/keys/`,
    channelPath: `/energylive/${stage}/channels/`,
    tokenPath: `/energylive/${stage}/tokens/`,
  };
}
