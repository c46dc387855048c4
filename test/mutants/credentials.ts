/** Devices that anybody can make theirs, or whose draws can be guessed. */
import { createHash } from "node:crypto"
import { readPairingCode } from "../../src/host/identity/pairing-secret"
import { simulatedPairingSecret } from "../../src/host/unit/simulated-factory"
import { lying } from "../conformance/lying"
import type { Change, Mutant } from "./mutant"

const IDENTITY = "devs/identity/identity.ts"
const OWNER = "devs/owner/owner.ts"
const HOUSEHOLD = "src/core/session/device/household.ts"

/** A generator that begins the same everywhere, in place of what the chip draws. */
const sameDraws: readonly Change[] = [
    [HOUSEHOLD, "const HOUR_MS = 3_600_000\n", "const HOUR_MS = 3_600_000\nlet drawn = 1\n"],
    [
        HOUSEHOLD,
        "        this.random.draw(secret)\n",
        [
            "        for (let i = 0; i < 16; i++) {",
            "            drawn = (Math.imul(drawn, 1103515245) + 12345) & 0x7fffffff",
            "            secret[i] = drawn >> 16",
            "        }\n",
        ].join("\n"),
    ],
]

export const CREDENTIAL_MUTANTS: readonly Mutant[] = [
    {
        name: "provisioning-never-closes",
        caughtBy: "C1.5-factory-closed",
        device: "doorbell",
        breaks: "It takes what a factory gives at any time.",
        change: [[IDENTITY, ": await inFactory(opened.sealed, opened.floor)", ": opened.floor !== undefined"]],
        seen: "create_key as it came: AlreadyProvisioned; None",
    },
    {
        name: "provisioning-opens-at-restart",
        caughtBy: "C1.5-closed-after-restart",
        device: "doorbell",
        breaks: "It is in the factory again after it was switched off.",
        change: [
            [
                IDENTITY,
                ": await inFactory(opened.sealed, opened.floor)",
                ": this.bootCount > 2 || (await inFactory(opened.sealed, opened.floor))",
            ],
        ],
        seen: "create_key after a restart: AlreadyProvisioned; None",
    },
    {
        name: "reset-reopens-factory",
        caughtBy: "C1.5-closed-after-reset",
        device: "doorbell",
        breaks: "A factory reset takes it back into the factory.",
        change: [
            [
                OWNER,
                "await beginReset(this.store)\n",
                [
                    "await beginReset(this.store)",
                    '                    await this.sealed.set("factory", hex``)',
                    '                    await this.sealed.erase("identity")\n',
                ].join("\n"),
            ],
            ["src/core/identity/factory.ts", "return (await floor.read()) === 0", "return (await floor.read()) >= 0"],
        ],
        seen: "create_key after a factory reset: AlreadyProvisioned; None",
    },
    {
        name: "counts-invitations",
        caughtBy: "C1.5-invitations",
        device: "doorbell",
        breaks: "Its invitations are numbers, one after the other, from each start on.",
        change: [
            [HOUSEHOLD, "const HOUR_MS = 3_600_000\n", "const HOUR_MS = 3_600_000\nlet invited = 0\n"],
            [HOUSEHOLD, "        this.random.draw(secret)\n", "        secret[0] = ++invited\n"],
        ],
        seen: "distinct invitations",
    },
    {
        name: "draws-the-same-at-each-start",
        caughtBy: "C1.5-invitations",
        device: "doorbell",
        breaks: "It draws the same invitations after each start.",
        change: sameDraws,
        seen: "distinct invitations",
    },
    {
        name: "units-draw-alike",
        caughtBy: "C1.5-units-draw-apart",
        device: "doorbell",
        breaks: "Who knows the invitations of one unit knows those of all.",
        change: sameDraws,
        seen: "distinct invitations",
    },
    {
        name: "one-secret-for-all",
        caughtBy: "C1.5-pairing-secrets",
        device: "gas-valve",
        breaks: "Its factory gives each unit the pairing secret that it has drawn for the first.",
        pairing: { kept: () => simulatedPairingSecret("the first") },
        seen: "distinct pairing secrets",
    },
    {
        name: "secret-of-the-serial-number",
        caughtBy: "C1.5-pairing-secrets",
        device: "doorbell",
        breaks: "Whoever reads its serial number knows its pairing secret.",
        pairing: { kept: serial => createHash("sha256").update(serial).digest().subarray(0, 16) },
        seen: "sha256 of its serial number is its secret",
    },
    {
        name: "secrets-of-digits",
        caughtBy: "C1.5-pairing-secrets",
        device: "gas-valve",
        breaks: "Its factory draws pairing secrets of decimal digits, as text.",
        pairing: { kept: serial => simulatedPairingSecret(serial).map(byte => 0x30 + (byte % 10)) },
        seen: "values among 64 bytes",
    },
    {
        name: "labels-of-one-reel",
        caughtBy: "C1.5-pairing-secret-kept",
        device: "gas-valve",
        breaks: "Its factory gives all units one secret, and keeps to itself that each has it.",
        pairing: { kept: () => simulatedPairingSecret("the first") },
        seen: "of unit 1",
    },
    {
        name: "secret-on-the-bus",
        caughtBy: "C1.5-pairing-secret-kept",
        device: "doorbell",
        breaks: "It tells whoever listens by what it is paired.",
        bench(bench) {
            let secret: Uint8Array = new Uint8Array(0)
            return lying(bench, {
                async label() {
                    const label = await bench.label()
                    secret = readPairingCode(label.code)!
                    return label
                },
                heard: () => [...bench.heard(), { atMs: bench.nowMs(), frame: secret }],
            })
        },
        seen: "no pairing secret in what it says",
    },
]
