/** Calendar days before the first partition of a slice that a model may read of a provider with a file per session. */
export const LOOK_BACK_DAYS = 1_860;
