/** Devices whose identity proves nothing, or is not theirs alone. */
import type { FieldValue } from "../../simulators/bus/service-spec"
import { DOCUMENT } from "../../src/host/unit/read-document"
import { withLink } from "../conformance/lying"
import type { Change, Mutant } from "./mutant"

const ATTESTATION = "src/core/identity/attestation.ts"
const IDENTITY = "devs/identity/identity.ts"
const SERVICE = "devs/servers/domovoi.ts"

/** After the start in the factory, in which it has to prove itself, and the first one after that. */
const LATER = "this.device.bootCount > 2"

/** The element's place is taken by a key in a record, and the device says that it is as good. */
const softwareKey: readonly Change[] = [
    ["devs/identity/software-root.ts", "readonly securityClass = 1", "readonly securityClass = 2"],
    [
        "devs/devices/doorbell.ts",
        'import { ElementRoot } from "devicescript-domovoi/devs/identity/element-root"',
        'import { SoftwareRoot } from "devicescript-domovoi/devs/identity/software-root"',
    ],
    ["devs/devices/doorbell.ts", "root: new ElementRoot(element)", "root: new SoftwareRoot()"],
]

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
    {
        name: "replays-recorded-attestation",
        caughtBy: "C1.1-challenge",
        device: "doorbell",
        breaks: "Somebody in between answers with what the device has said once.",
        bench(bench) {
            const recorded = new Map<number, Record<string, FieldValue>>()
            return withLink(bench, link => ({
                async call(command, values = {}) {
                    const offset = Number(values.offset)
                    const isToken = command === "read" && values.document === DOCUMENT.attestation
                    const said = (isToken && recorded.get(offset)) || (await link.call(command, values))
                    if (isToken) recorded.set(offset, said)
                    return said
                },
            }))
        },
        seen: "replayed",
    },
    {
        name: "claims-lower-class",
        caughtBy: "C1.1-challenge",
        device: "doorbell",
        breaks: "It attests to another class than it is certified for.",
        change: [
            [
                "src/core/identity/attestation.ts",
                ".int(condition.securityClass)",
                ".int(condition.bootCount() > 1 ? 1 : condition.securityClass)",
            ],
        ],
        seen: "claimsDiffer",
    },
    {
        name: "loses-certificate-at-restart",
        caughtBy: "C1.1-kept",
        device: "doorbell",
        breaks: "It shows other certificates after a restart.",
        change: [
            [
                SERVICE,
                "if (offset < size) data = await opened",
                `if (${LATER}) data = Buffer.alloc(Math.min(PIECE_BYTES, size - offset))\n            else if (offset < size) data = await opened`,
            ],
        ],
        seen: "the same certificates; others",
    },
    {
        name: "shares-its-key",
        caughtBy: "C1.1-unique",
        device: "gas-valve",
        breaks: "Every unit makes the same key.",
        change: [["src/core/identity/software-key-store.ts", "        this.random.draw(seed)\n", ""]],
        seen: "another key; the same key",
    },
    {
        name: "seals-for-any-chip",
        caughtBy: "C1.1-clone",
        device: "gas-valve",
        breaks: "Its records are as good on another board.",
        change: [[IDENTITY, 'Buffer.from(ds.deviceIdentifier("self"), "hex")', "Buffer.alloc(8)"]],
        seen: "no answer of the clone; an answer as",
    },
    {
        name: "signs-without-element",
        caughtBy: "C2.1-element-unplugged",
        device: "doorbell",
        breaks: "It does not mind that its element is gone.",
        change: [["devs/identity/element-root.ts", "return IdentityState.NoElement", "return IdentityState.Valid"]],
        seen: "identity: NoElement; Valid",
    },
    {
        name: "works-without-element",
        caughtBy: "C2.1-element-unplugged",
        device: "doorbell",
        breaks: "It says that its element is gone, and works on.",
        change: [
            [
                "devs/device.ts",
                "while (identity.state === IdentityState.Valid)",
                "while (identity.state !== IdentityState.Unknown)",
            ],
        ],
        seen: "state: Safe; Normal",
    },
    {
        name: "class-2-without-element",
        caughtBy: "C2.1-element-unplugged",
        device: "doorbell",
        breaks: "It passes for class 2 on a key in a record.",
        change: softwareKey,
        seen: "identity: NoElement; Valid",
    },
    {
        name: "key-in-memory",
        caughtBy: "C2.4-memories",
        device: "doorbell",
        breaks: "Its private key lies in the FRAM.",
        change: softwareKey,
        seen: "the private key in fram",
    },
]
