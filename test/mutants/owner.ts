/** Devices that do what somebody has no right to. */
import { brokenBy } from "./broken-by"
import type { Mutant } from "./mutant"

const OWNER = "devs/owner/owner.ts"
const RIGHTS = "src/core/owner/rights.ts"
const CHALLENGES = "src/core/owner/challenges.ts"
const VALVE = "devs/devices/gas-valve.ts"
const DOORBELL = "devs/devices/doorbell.ts"

export const OWNER_MUTANTS: readonly Mutant[] = [
    {
        name: "family-may-give",
        caughtBy: "OW.1-matrix",
        device: "doorbell",
        breaks: "The family gives credentials.",
        change: [[RIGHTS, "07 07 00 00 00\n    03 00 00 00 00", "07 07 00 00 00\n    03 03 00 00 00"]],
        seen: "Family at the device: give a credential: None",
    },
    {
        name: "enabled-from-afar",
        caughtBy: "OW.1-matrix",
        device: "doorbell",
        breaks: "Whoever owns it enables it without going there.",
        change: [[RIGHTS, "01 00 00 00 00`", "03 00 00 00 00`"]],
        seen: "Owner in the home: enable: None",
    },
    {
        name: "children-may-watch",
        caughtBy: "OW.1-matrix",
        device: "doorbell",
        breaks: "A child sees what is kept of visitors.",
        change: [[RIGHTS, "07 03 00 00 00", "07 03 00 03 00"]],
        seen: "Child at the device: see what is kept: None",
    },
    {
        name: "hears-the-same-twice",
        caughtBy: "OW.1-not-twice",
        device: "doorbell",
        breaks: "What was recorded and is said again counts again.",
        change: [[CHALLENGES, "                challenge.drawnMs = USED_MS\n", ""]],
        seen: "NotFresh; None",
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
        name: "claimed-without-touch",
        caughtBy: "OW.3-touch",
        device: "doorbell",
        breaks: "Whoever is on its bus first becomes its owner.",
        change: [[OWNER, ": from === Place.Touch", ": from !== undefined"]],
        seen: "without a press",
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
        change: [[CHALLENGES, "TOUCH_MS = 30_000", "TOUCH_MS = 90_000"]],
        seen: "long ago",
    },
    {
        name: "press-for-whoever-asks",
        caughtBy: "OW.3-touch",
        device: "doorbell",
        breaks: "A press counts for one of several who wait for it.",
        change: [
            [
                CHALLENGES,
                "this.touched = ++usable === 1 ? challenge : undefined",
                "if (++usable === 1) this.touched = challenge",
            ],
        ],
        seen: "may be another's",
    },
    {
        name: "pairing-not-logged",
        caughtBy: "OW.3-logged",
        device: "doorbell",
        breaks: "That it got an owner is in no entry of its log.",
        change: [
            [
                OWNER,
                "if (refusal === OwnerRefusal.None) this.log",
                "if (refusal === OwnerRefusal.None && event !== Event.Pairing) this.log",
            ],
        ],
        seen: "0 of pairings",
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
        change: [[OWNER, "const allowed = this.may(by,", "const allowed = disabled || this.may(by,"]],
        seen: "without an owner",
    },
]
