/** What `test/programs/symmetric-random.ts` computes on the device. */
export const DEVICE_CASES = 200
export const DEVICE_SEED = 20_261_122
