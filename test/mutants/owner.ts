/** Devices that do what somebody has no right to. */

import { simulatedPairingSecret } from "../../src/host/unit/simulated-factory"
import { brokenBy } from "./broken-by"
import { HEARS_AGAIN, KEYS_OF_EVERY_START } from "./hears-again"
import type { Mutant } from "./mutant"

const OWNER = "devs/owner/owner.ts"
const RIGHTS = "src/core/owner/rights.ts"
const HOUSEHOLD = "src/core/session/device/household.ts"
const PAIRING = "src/core/session/device/pairing.ts"
const SESSIONS = "devs/session/sessions.ts"
const RESET = "src/core/owner/factory-reset.ts"
const SUITE = "src/core/session/aes-ctr-hmac-suite.ts"
const SERVER = "src/core/session/device/session-server.ts"
const VALVE = "devs/devices/gas-valve.ts"
const DOORBELL = "devs/devices/doorbell.ts"

export const OWNER_MUTANTS: readonly Mutant[] = [
    {
        name: "family-may-invite",
        caughtBy: "OW.1-matrix",
        device: "doorbell",
        breaks: "The family lets people in.",
        change: [[RIGHTS, "07 07 00 00 00\n    03 00 00 00 00", "07 07 00 00 00\n    03 03 00 00 00"]],
        seen: "family in the home: see who is known: None",
    },
    {
        name: "enabled-from-afar",
        caughtBy: "OW.1-matrix",
        device: "doorbell",
        breaks: "Whoever owns it enables it without going there.",
        change: [[RIGHTS, "01 00 00 00 00`", "03 00 00 00 00`"]],
        seen: "owner in the home: enable: None",
    },
    {
        name: "children-may-watch",
        caughtBy: "OW.1-matrix",
        device: "doorbell",
        breaks: "A child sees what is kept of visitors.",
        change: [[RIGHTS, "07 03 00 00 00", "07 03 00 03 00"]],
        seen: "child in the home: see what is kept: None",
    },
    {
        name: "everybody-is-its-owner",
        caughtBy: "OW.1-matrix",
        device: "doorbell",
        breaks: "Whoever it knows may what its owner may.",
        change: [[SERVER, "taken.role = role", "taken.role = role * 0"]],
        seen: "family in the home: see who is known: None",
    },
    {
        name: "hears-the-same-twice",
        caughtBy: "OW.1-not-twice",
        device: "doorbell",
        breaks: "What was recorded and is said again counts again.",
        change: HEARS_AGAIN,
        seen: "the same once more, when it was enabled since: not done; done",
    },
    {
        name: "hears-what-was-said-before-its-start",
        caughtBy: "OW.1-not-twice",
        device: "doorbell",
        breaks: "What was recorded before it was switched off counts again after.",
        change: KEYS_OF_EVERY_START,
        seen: "the same once more, after a power cut: not done; done",
    },
    {
        name: "press-not-used-up",
        caughtBy: "OW.1-one-press",
        device: "doorbell",
        breaks: "Who has pressed its button once has it do as much as they can say in half a minute.",
        change: [[SESSIONS, "        this.touchedMs = -PRESS_MS\n        return true", "        return true"]],
        seen: "enabled by the same press: NotAllowed; None",
    },
    {
        name: "opens-when-its-sensor-is-back",
        caughtBy: "OW.2-person-first",
        device: "gas-valve",
        breaks: "It opens by itself when what held it is over, though a person has shut it.",
        change: [
            [
                "src/core/rules/gas-valve.ts",
                "            this.wanted = 0\n            if (pressed)",
                "            this.wanted = 1\n            if (pressed)",
            ],
        ],
        seen: "when its sensor has gone and come back",
    },
    {
        name: "opens-to-whoever-rings",
        caughtBy: "OW.2-person-first",
        device: "doorbell",
        breaks: "It opens by itself when somebody rings.",
        change: [
            [
                DOORBELL,
                "strike.update(released, rangAt, locked)",
                "strike.update(released || (rang ? (1 as any) : undefined), rangAt, locked)",
            ],
        ],
        seen: "when somebody outside has asked for it",
    },
    {
        name: "update-shuts-the-gas",
        caughtBy: "OW.2-update-waits",
        device: "gas-valve",
        breaks: "Its update does not wait for whoever is cooking.",
        change: [[VALVE, "return !valve.active", "return true"]],
        seen: "an update ends it",
    },
    {
        name: "update-locks-the-strike",
        caughtBy: "OW.2-update-waits",
        device: "doorbell",
        breaks: "Its update does not wait for whoever is being let in.",
        change: [[DOORBELL, "strike.energisedAt === undefined && recorder.phase", "recorder.phase"]],
        seen: "an update ends it",
    },
    {
        name: "paired-without-touch",
        caughtBy: "OW.3-touch",
        device: "doorbell",
        breaks: "Whoever has read its label becomes its owner from wherever they are.",
        change: [[PAIRING, "        if (now - this.touchedMs >= TOUCH_MS) return SessionRefusal.NobodyThere\n", ""]],
        seen: "without a press: NobodyThere; ",
    },
    {
        name: "street-button-counts-as-touch",
        caughtBy: "OW.3-touch",
        device: "doorbell",
        breaks: "Whoever rings is taken to be at the device.",
        change: [
            [
                DOORBELL,
                "const held = release.held()",
                "const held = release.held() || (button.closed ? (1 as any) : undefined)",
            ],
        ],
        seen: "whoever is outside",
    },
    {
        name: "bus-button-counts-as-touch",
        caughtBy: "OW.3-touch",
        device: "gas-valve",
        breaks: "A module that says that it is a button is taken for a hand on the device.",
        change: [
            [VALVE, "touched: button.held,", "touched: touched,"],
            [
                VALVE,
                "/** Place in the table",
                [
                    "let busDownMs = -10000",
                    "function touched() {",
                    "    return ds.millis() - busDownMs < 300 ? (1 as any) : button.held()",
                    "}",
                    "/** Place in the table",
                ].join("\n"),
            ],
            [
                VALVE,
                "// Its own module, and",
                'const bell = new ds.Button("bell")\nbell.down.subscribe(() => {\n    busDownMs = ds.millis()\n})\n// Its own module, and',
            ],
        ],
        seen: "a module on the bus",
    },
    {
        name: "touch-lasts",
        caughtBy: "OW.3-touch",
        device: "doorbell",
        breaks: "A press of yesterday says who is there today.",
        change: [[PAIRING, "TOUCH_MS = 120_000", "TOUCH_MS = 360_000"]],
        seen: "long ago",
    },
    {
        name: "label-of-any-unit",
        caughtBy: "OW.3-label",
        device: "doorbell",
        breaks: "Whoever has bought one has the label of all.",
        pairing: { kept: () => simulatedPairingSecret("the first") },
        seen: "pairing by the label of another unit: NotAuthentic; None",
    },
    {
        name: "label-for-ever",
        caughtBy: "OW.3-label",
        device: "doorbell",
        breaks: "Whoever reads its label becomes an owner beside the first one.",
        change: [
            [PAIRING, "isFirst && this.household.count() === 0 ?", "isFirst ?"],
            [HOUSEHOLD, "? this.count() === 0", "? this.count() >= 0"],
        ],
        seen: "pairing by the right label, later: UnknownCredential; None",
    },
    {
        name: "invitation-not-used-up",
        caughtBy: "OW.3-invitation",
        device: "doorbell",
        breaks: "Whoever finds an invitation after its guest has come comes, too.",
        change: [
            [
                HOUSEHOLD,
                "else if (standing !== Standing.ByLabel) next.set(CLOSED, invitationAt(standing - Standing.ByInvitation))",
                "",
            ],
        ],
        seen: "pairing by the same invitation: UnknownCredential; None",
    },
    {
        name: "invited-as-owner",
        caughtBy: "OW.3-invitation",
        device: "doorbell",
        breaks: "Whoever is invited, as whatever, becomes an owner.",
        change: [
            [
                HOUSEHOLD,
                "standing === Standing.ByLabel ? Role.Owner : next[invitationAt(standing - Standing.ByInvitation)]",
                "Role.Owner",
            ],
        ],
        seen: "who is known then: owner,guest; owner,owner",
    },
    {
        name: "believes-any-proof",
        caughtBy: "OW.3-in-between",
        device: "doorbell",
        breaks: "It does not look at the seal of what is to prove that somebody has its label.",
        change: [[SUITE, "if (!constantTimeEqual(tag, givenTag)) return undefined", ""]],
        seen: "pairing fails with the hub's proof altered",
    },
    {
        name: "reset-leaves-the-household",
        caughtBy: "OW.3-recorded",
        device: "doorbell",
        breaks: "A factory reset forgets keys, and not who has had them.",
        change: [[RESET, "[HOUSEHOLD, TRIES, CONSENTS, DISABLED]", "[TRIES, CONSENTS, DISABLED]"]],
        seen: "nobody is known after the reset",
    },
    {
        name: "pairing-not-logged",
        caughtBy: "OW.3-logged",
        device: "doorbell",
        breaks: "That it got an owner is in no entry of its log.",
        change: [
            [
                SERVER,
                "ports.log.record(household.count() === 1 ? Event.Pairing : Event.Credential, Let.Known, role)",
                "ports.log.record(Event.Credential, Let.Known, role)",
            ],
        ],
        seen: "not logged: first owner",
    },
    {
        name: "failures-not-logged",
        caughtBy: "OW.3-logged",
        device: "doorbell",
        breaks: "Whoever tries to be paired in vain leaves nothing in its log.",
        change: [[PAIRING, "        this.ports.log.record(Event.PairingFailed, 0, refusal)\n", ""]],
        seen: "not logged: without a press",
    },
    {
        name: "release-in-the-street",
        caughtBy: "OW.3-wiring",
        device: "doorbell",
        breaks: "The button that speaks for a person inside is in the case outside.",
        board: brokenBy([
            "release: { kind: button, closed: false, side: inside }",
            "release: { kind: button, closed: false, side: outside }",
        ]),
        seen: "outside",
    },
    {
        name: "disabled-lifts-itself",
        caughtBy: "OW.4-safe",
        device: "doorbell",
        breaks: "A restart enables what its owner has disabled.",
        change: [
            [OWNER, "this.disabled = (await soundRecord(sealed, DISABLED)) !== undefined", "this.disabled = false"],
        ],
        seen: "after a restart",
    },
    {
        name: "stranger-may-disable",
        caughtBy: "OW.4-owner-alone",
        device: "doorbell",
        breaks: "Whoever is on its bus has it disabled.",
        change: [
            [
                OWNER,
                "const allowed = this.sessions.mayNow(asker,",
                "const allowed = disabled || this.sessions.mayNow(asker,",
            ],
        ],
        seen: "without an owner",
    },
]
