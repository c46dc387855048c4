/** Devices that take what they should refuse, or lose themselves over it. */
import type { Mutant } from "./mutant"

const RECIPIENT = "src/core/suit/recipient.ts"

export const UPDATE_MUTANTS: readonly Mutant[] = [
    {
        name: "accepts-equal-sequence",
        caughtBy: "C1.4-refuses-equal",
        device: "doorbell",
        breaks: "It takes another program under the number of the one that runs.",
        change: [
            [
                RECIPIENT,
                "if (manifest.sequenceNumber === floor) envelope.refuseManifest(SuitRefusal.SequenceEqual)",
                "",
            ],
        ],
        seen: "Authorised",
    },
]
