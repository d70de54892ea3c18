/** The stage of which the embedded stack has the names: `EnergyLiveData-local`. */
export const EMBEDDED_STAGE = "local";
