/**
 * Whether a unit is in the factory, where whoever reaches its bus may give it key, certificates, pairing secret, program and policy. That is a fact
 * on record: it begins when a blank memory gets its secret (`sealKey`), ends when the identity is written, and never comes back.
 */
import type { Counter, Store } from "../ports"

/** Record that the unit is in the factory: empty, and as good as its seal. */
export const FACTORY_RECORD = "factory"
/** Record that says who the unit is. It is written once, and ends the factory. */
export const IDENTITY_RECORD = "identity"

/**
 * To be asked anew for everything that only a factory may do.
 * @param sealed store that notices what others changed
 * @param floor which the first program that runs with an identity raises
 * @throws StoreError, and what the counter throws: then nobody knows, and that is no
 */
export async function inFactory(sealed: Store, floor: Counter): Promise<boolean> {
    if ((await sealed.get(FACTORY_RECORD)) === undefined) return false
    if ((await sealed.get(IDENTITY_RECORD)) !== undefined) return false
    return (await floor.read()) === 0
}
