/** Devices that stay somebody's when they are given away, and lists that revoke another. */
import { SIMULATED_REVOCATIONS } from "../../src/host/conformance/conform"
import type { Mutant } from "./mutant"

const RESET = "src/core/owner/factory-reset.ts"

export const DECOMMISSIONING_MUTANTS: readonly Mutant[] = [
    {
        name: "reset-keeps-it-disabled",
        caughtBy: "LC.4-next-owner",
        device: "doorbell",
        breaks: "What its last owner has disabled is of no use to the next one.",
        change: [[RESET, "[HOUSEHOLD, TRIES, CONSENTS, DISABLED]", "[HOUSEHOLD, TRIES, CONSENTS]"]],
        seen: "whether the old owner's wish still holds it",
    },
    {
        name: "reset-keeps-people",
        caughtBy: "LC.4-next-owner",
        device: "gas-valve",
        breaks: "Whoever had it may do with it what they could.",
        change: [
            [RESET, "[HOUSEHOLD, TRIES, CONSENTS, DISABLED]", "[TRIES, CONSENTS, DISABLED]"],
            [RESET, "await store.erase(name)\n    for (const names", "await store.get(name)\n    for (const names"],
        ],
        seen: "owner of before disables it while it is nobody's: Unauthorized; None",
    },
    {
        name: "log-remembers-the-last-owner",
        caughtBy: "LC.4-next-owner",
        device: "doorbell",
        breaks: "The next owner reads in its log when the last one was given rights.",
        change: [
            [
                "devs/log/device-log.ts",
                "const forget = await logHasToForget(store)",
                "const forget = (await logHasToForget(store)) && store === undefined",
            ],
        ],
        seen: "pairings of the old owner's in the log",
    },
    {
        name: "another-unit-on-the-list",
        caughtBy: "LC.4-revoked",
        device: "gas-valve",
        breaks: "The list that is to revoke it revokes another unit.",
        revocations: () => ({ listWith: (_, now) => SIMULATED_REVOCATIONS.listWith("0badc0de", now) }),
        seen: "revoked; none",
    },
    {
        name: "list-out-of-date",
        caughtBy: "LC.4-revoked",
        device: "doorbell",
        breaks: "The list that revokes it was current years ago.",
        revocations: of => ({ listWith: serial => of.listWith(serial, new Date("2020-01-01T00:00:00Z")) }),
        seen: "outOfDate",
    },
]
