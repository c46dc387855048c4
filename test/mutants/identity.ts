/** Devices whose identity proves nothing. */
import type { Mutant } from "./mutant"

const ATTESTATION = "src/core/identity/attestation.ts"

export const IDENTITY_MUTANTS: readonly Mutant[] = [
    {
        name: "answers-old-challenge",
        caughtBy: "C1.1-replay",
        device: "doorbell",
        breaks: "It answers a challenge that it has answered before.",
        change: [
            [ATTESTATION, "prefix)) return IdentityRefusal.ChallengeUsed", "prefix)) return IdentityRefusal.None"],
        ],
        seen: "ChallengeUsed; None",
    },
]
