/** What `test/programs/curve-random.ts` computes on the device: about a second of wall time for each case of each primitive. */
export const CURVE_DEVICE_CASES = 4
export const CURVE_DEVICE_SEED = 20_261_123
