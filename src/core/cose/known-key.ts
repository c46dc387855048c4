/** A public key that was known when the program was made, with the table of its multiples: both as `domovoi known-key` writes them. */
export interface KnownKey {
    publicKey: Buffer
    comb: Buffer
}

/** The one with this public key. */
export function knownKey(keys: KnownKey[], publicKey: Buffer): KnownKey | undefined {
    for (let k = 0; k < keys.length; k++) {
        const own = keys[k].publicKey
        let same = own.length === publicKey.length
        for (let i = 0; same && i < own.length; i++) same = own[i] === publicKey[i]
        if (same) return keys[k]
    }
    return undefined
}
