import type { Grant } from "../../core/update/grant"
import type { ChainPolicy } from "../identity/chain"
import { allows, type GrantRefusal, names, type SignedGrant, verifyGrant } from "./grant"
import type { PackageParts } from "./package-parts"

/** Grants of one device, newest first: what it is known to have allowed. */
export class Grants {
    readonly #policy: ChainPolicy

    /** @param policy what the device's certificate is measured by */
    constructor(
        policy: ChainPolicy,
        readonly signed: readonly SignedGrant[],
    ) {
        this.#policy = policy
    }

    /** Whether one of them allows the package's program. */
    allow(parts: PackageParts): boolean {
        return this.#good.some(grant => allows(grant, parts))
    }

    /** Whether the package's program is the confirmed one, which may always come back. */
    isConfirmed(parts: PackageParts): boolean {
        return this.#good.some(({ confirmed }) => names(confirmed, parts))
    }

    /** Why the newest does not count; undefined if it does, or there is none. */
    get refusal(): GrantRefusal | undefined {
        const [newest] = this.signed.map(signed => verifyGrant(signed, this.#policy))
        return newest && "refusal" in newest ? newest.refusal : undefined
    }

    /** Which program may come back, for people; undefined if nothing is known of it. */
    get wanted(): string | undefined {
        const [newest] = this.#good
        if (!newest) return undefined
        const { sequenceNumber, digest } = newest.confirmed
        return `its last good program has sequence number ${sequenceNumber} and SHA-256 ${digest.toString("hex")}`
    }

    get #good(): Grant[] {
        return this.signed.flatMap(signed => {
            const verdict = verifyGrant(signed, this.#policy)
            return "grant" in verdict ? verdict.grant : []
        })
    }
}
