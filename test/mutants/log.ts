/** Devices whose log is silent, or lets itself be changed. */

import { alteredExportTest } from "../../src/host/conformance/tests/log"
import { checkLog } from "../../src/host/eventlog/check-log"
import type { LogFinding } from "../../src/host/eventlog/log-finding"
import type { Mutant } from "./mutant"

const LOG = "src/core/eventlog/event-log.ts"
const UPDATER = "devs/update/updater.ts"

/** A host that does not mind one thing that can be wrong with a log. */
const overlooking = (finding: LogFinding): typeof checkLog =>
    function check(...of) {
        const checked = checkLog(...of)
        if ("refusal" in checked) return checked
        const findings = checked.report.findings.filter(other => other !== finding)
        return { ...checked, report: { ...checked.report, findings } }
    }

export const LOG_MUTANTS: readonly Mutant[] = [
    {
        name: "signs-another-log",
        caughtBy: "C2.3-whole",
        device: "doorbell",
        breaks: "Its statement is about the last entry alone.",
        change: [
            ["src/core/eventlog/log-export.ts", "this.hash.sha256([this.digest, piece]", "this.hash.sha256([piece]"],
        ],
        seen: "findings: none; edited",
    },
    {
        name: "refusals-off-the-record",
        caughtBy: "C2.3-tells-refusals",
        device: "doorbell",
        breaks: "It does not record what it refuses of its identity.",
        change: [
            [
                "devs/identity/identity.ts",
                "if (refusal > IdentityRefusal.Busy) this.log.record(Event.Refusal, Refused.Identity, refusal)",
                "",
            ],
        ],
        seen: "a refusal of Identity for 3 on record; no such entry",
    },
    {
        name: "bad-packages-off-the-record",
        caughtBy: "C2.3-tells-refusals",
        device: "doorbell",
        breaks: "It does not record which packages it has refused.",
        change: [
            [
                UPDATER,
                "if (state === UpdateState.Refused) this.device.log.record(Event.Refusal, Refused.Update, refusal)\n        else if",
                "if",
            ],
        ],
        seen: "a refusal of Update for signature on record; no such entry",
    },
    {
        name: "tamper-off-the-record",
        caughtBy: "C2.3-tells-tamper",
        device: "doorbell",
        breaks: "It does not record that its case was opened.",
        change: [
            [
                "devs/devices/doorbell.ts",
                "if (opened !== caseOpen) device.log.record(Event.Tamper, 0, opened ? 1 : 0)",
                "",
            ],
        ],
        seen: "the case opened on record; no such entry",
    },
    {
        name: "owners-off-the-record",
        caughtBy: "C2.3-tells-owner",
        device: "doorbell",
        breaks: "It does not record who was given a right.",
        change: [
            [
                "devs/owner/owner.ts",
                "if (refusal === OwnerRefusal.None) this.log.record(event, cause, detail)\n        else",
                "if (refusal !== OwnerRefusal.None)",
            ],
        ],
        seen: "its first owner on record; no such entry",
    },
    {
        name: "critical-log-evictable",
        caughtBy: "C2.3-critical-apart",
        device: "doorbell",
        breaks: "What is critical lies among what a stranger can fill the log with.",
        change: [[LOG, "next.event < FIRST_ROUTINE ? 0 : 1", "next.event < 0 ? 0 : 1"]],
        seen: "Update among routine ones",
    },
    {
        name: "log-not-kept",
        caughtBy: "C2.3-kept",
        device: "doorbell",
        breaks: "It begins a new log at each start.",
        change: [[LOG, "if (this.sequence === 0) {", "if (this.sequence >= 0) {"]],
        seen: "on record; no such entry",
    },
    {
        name: "log-sealed-by-anybody",
        caughtBy: "C2.3-altered-memory",
        device: "doorbell",
        breaks: "It takes any entry in its memory for its own.",
        change: [
            [
                "src/core/eventlog/entry.ts",
                "return entry && constantTimeEqual(entry.seal, await this.seal(entry.body)) ? entry : undefined",
                "return entry",
            ],
        ],
        seen: "one bit of an entry is another: toldDamaged; ",
    },
    {
        name: "counter-not-asked",
        caughtBy: "C2.3-set-back",
        device: "doorbell",
        breaks: "It does not compare its log with the counter of its element.",
        change: [[LOG, "const counted = await this.counter.read()", "const counted = 0"]],
        seen: "toldRolledBack; rolledBack",
    },
    {
        name: "update-steps-off-the-record",
        caughtBy: "C2.3-tells-update",
        device: "doorbell",
        breaks: "It does not record that an update was allowed.",
        change: [[UPDATER, "else if (state >= UpdateState.MakingSafe)", "else if (state >= UpdateState.Installing)"]],
        seen: "steps of the update: MakingSafe Authorised Installing Trial Confirmed; Installing Trial Confirmed",
    },
    {
        name: "host-overlooks-a-gap",
        caughtBy: "C2.3-altered-export",
        device: "doorbell",
        breaks: "Whoever checks the log does not see that an entry is missing.",
        test: alteredExportTest(overlooking("removed")),
        seen: "an entry in the middle is removed: removed; ",
    },
    {
        name: "host-takes-an-old-log",
        caughtBy: "C2.3-altered-export",
        device: "gas-valve",
        breaks: "Whoever checks the log does not ask whether it is of today.",
        test: alteredExportTest((log, policy, _, seen) => checkLog(log, policy, undefined, seen)),
        seen: "a log for another challenge: replayed; ",
    },
]
