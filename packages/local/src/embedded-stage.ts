/** The stage whose names the embedded stack uses: `EnergyLiveData-local`. */
export const EMBEDDED_STAGE = "local";
