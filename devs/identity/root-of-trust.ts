import type { Digest } from "../../src/core/crypto/digest"
import type { Random } from "../../src/core/crypto/random"
import type { IdentityState } from "../../src/core/identity/identity-state"
import type { Counter, FloorCounter, KeyStore, Pause, Store } from "../../src/core/ports"

/** What a root of trust gives a device to work with. */
export interface Opening {
    keys: KeyStore
    /** Lowest sequence number of a program that may run. */
    floor: FloorCounter
    /** Entries of the event log. */
    entries: Counter
}

/** What a device's identity stands on. */
export interface RootOfTrust {
    /** Device class of ISO/IEC 27402 that it is good enough for: 1 or 2. */
    readonly securityClass: number
    /** @param sealed for what may be kept in records */
    open(sealed: Store, digest: Digest, random: Random, pause: Pause): Opening
    /** Whether it is there and in order: `Valid`, `NoElement` or `ElementOpen`. Takes less than a second. */
    check(): Promise<IdentityState>
    /** Closes for good what is open until manufacture. @returns false if there is nothing to close @throws Error if it fails */
    lock(): Promise<boolean>
}
