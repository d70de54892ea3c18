import { readSettings } from "./config.ts";

/** The settings of the stage that is being deployed. */
export const settings = readSettings(process.env);
