/** Devices that are not what is declared of them, or run what they are declared not to. */
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import type { Declaration } from "../../src/host/conformance/declaration"
import type { Mutant } from "./mutant"

/** A verified profile that is none. */
const unverified = { device: "doorbell", profile: "verified", built: "stock" } as const

function declaring(change: (declared: Declaration, folder: string) => void): NonNullable<Mutant["declare"]> {
    return (declared, folder) => {
        change(declared, folder)
        return declared
    }
}

export const DECLARED_MUTANTS: readonly Mutant[] = [
    {
        ...unverified,
        name: "runs-what-it-is-handed",
        caughtBy: "C1.2-altered-program",
        breaks: "An altered program runs as the confirmed one.",
        seen: 'runs: it calls itself "Domovoi doorbelm"',
    },
    {
        ...unverified,
        name: "runs-what-is-in-its-flash",
        caughtBy: "C1.2-altered-flash",
        breaks: "A program that was altered in the flash runs as the confirmed one.",
        seen: 'a program in the flash runs: it calls itself "Domovoi doorbelm"',
    },
    {
        ...unverified,
        name: "manager-open-to-peers",
        caughtBy: "C2.5-program-manager",
        breaks: "Any peer can have a program of its own run.",
        seen: "the runtime's program manager (deploy_bytecode) runs",
    },
    {
        name: "tells-another-version",
        caughtBy: "LC.3-asset-record",
        device: "doorbell",
        breaks: "It attests to another version than it shows.",
        change: [["src/core/identity/attestation.ts", ".text(condition.firmwareVersion)", '.text("v9")']],
        seen: "firmware_version: v9; v0.1.0",
    },
    {
        name: "declares-another-class",
        caughtBy: "LC.3-declared-class",
        device: "doorbell",
        breaks: "It is declared to be of another class.",
        declare: declaring(({ device }) => (device.class = 1)),
        seen: "declared class: 1; 2",
    },
    {
        name: "conceals-updates",
        caughtBy: "LC.3-declared-updates",
        device: "doorbell",
        breaks: "It is declared to take no updates, which spares it all that is tried of them.",
        declare: declaring(({ declares }) => (declares.updates = false)),
        seen: "declared updates: false; true",
    },
    {
        name: "conceals-log",
        caughtBy: "LC.3-declared-log",
        device: "doorbell",
        breaks: "It is declared to keep no log.",
        declare: declaring(({ declares }) => (declares.log = false)),
        seen: "declared log: false; true",
    },
    {
        name: "declares-a-log-it-has-not",
        caughtBy: "LC.3-declared-log",
        device: "doorbell",
        breaks: "It hands out no log.",
        change: [
            [
                "devs/servers/domovoi.ts",
                "            if (!log) return IdentityRefusal.Storage\n",
                "            if (log) return IdentityRefusal.Storage\n",
            ],
        ],
        declare: declaring(({ declares }) => (declares.log = true)),
        seen: "declared log: true; false",
    },
    {
        name: "conceals-owner",
        caughtBy: "LC.3-declared-owner",
        device: "doorbell",
        breaks: "It is declared to be nobody's.",
        declare: declaring(({ declares }) => (declares.owner = false)),
        seen: "declared owner: false; true",
    },
    {
        name: "conceals-a-use-of-data",
        caughtBy: "LC.3-declared-uses",
        device: "doorbell",
        breaks: "It takes more than it is declared to.",
        declare: declaring(({ declares }) => (declares.uses = 1)),
        seen: "declared uses: 1; 2",
    },
    {
        name: "bill-of-another-program",
        caughtBy: "LC.1-bill",
        device: "doorbell",
        breaks: "The bill of materials is of another program.",
        declare: declaring(({ bench }, folder) => (bench.sbom = billOf(folder, "0".repeat(64)))),
        seen: `the program in the bill: `,
    },
    {
        name: "nobody-to-write-to",
        caughtBy: "LC.2-contact",
        device: "doorbell",
        breaks: "What is declared as a contact is none.",
        declare: declaring(({ declares }) => (declares.contact = "our support")),
        seen: "an address of mail, or of a page by https; our support",
    },
]

/** @returns a file with a bill of a program with this SHA-256 */
function billOf(folder: string, digest: string): string {
    const file = join(folder, "bill.json")
    const component = { type: "firmware", name: "doorbell", hashes: [{ alg: "SHA-256", content: digest }] }
    const components = [{ type: "library", name: "@devicescript/core" }]
    writeFileSync(
        file,
        JSON.stringify({ bomFormat: "CycloneDX", specVersion: "1.6", metadata: { component }, components }),
    )
    return file
}
