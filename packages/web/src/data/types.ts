/** The measurement types with a place on the page: power and registers of a meter, and a device's own values. */
export const DRAWN_POWER = "0100010700";
export const FED_IN_POWER = "0100020700";
export const IMPORT_REGISTER = "0100010800";
export const EXPORT_REGISTER = "0100020800";

export const METER_TYPES: readonly string[] = [DRAWN_POWER, FED_IN_POWER, IMPORT_REGISTER, EXPORT_REGISTER];

export const BATTERY = "batteryVoltage";
export const TEMPERATURE = "roomTemperature";
export const HUMIDITY = "roomHumidity";
export const RSSI = "loraRssi";
export const SNR = "loraSnr";
export const MESSAGE_COUNT = "messageCount";
export const ERROR_CODE = "errorCode";
