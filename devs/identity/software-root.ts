import type { Digest } from "../../src/core/crypto/digest"
import type { Random } from "../../src/core/crypto/random"
import { IdentityState } from "../../src/core/identity/identity-state"
import { SoftwareKeyStore } from "../../src/core/identity/software-key-store"
import { StoredCounter } from "../../src/core/identity/stored-counter"
import type { Pause, Store } from "../../src/core/ports"
import { FLOOR_RECORD } from "../../src/core/update/records"
import type { RootOfTrust } from "./root-of-trust"

/** Record of how many entries the event log has had, 4 bytes. */
const LOG_RECORD = "log"

/** Key and counters in sealed records: as safe as the memory they lie in. */
export class SoftwareRoot implements RootOfTrust {
    readonly securityClass = 1

    open(sealed: Store, _digest: Digest, random: Random, pause: Pause) {
        return {
            keys: new SoftwareKeyStore(sealed, random, pause),
            floor: new StoredCounter(sealed, FLOOR_RECORD),
            // The log knows from its entries, too, how far it has come.
            entries: new StoredCounter(sealed, LOG_RECORD, true),
        }
    }

    async check(): Promise<IdentityState> {
        return IdentityState.Valid
    }

    async lock(): Promise<boolean> {
        return false
    }
}
