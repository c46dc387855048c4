/** Devices whose wiring or firmware lets people down who look at a lamp, a switch or a closed case; and those that a flood brings down. */
import { brokenBy } from "./broken-by"
import type { Mutant } from "./mutant"

const DOORBELL = "devs/devices/doorbell.ts"
const CAPTURE = "src/core/rules/capture.ts"
const DOOR = "src/core/rules/door-release.ts"

const FEED = "capture_feed: { and: [3V3, kill] }"
const LAMP = "recording: { drive: capture, side: inside }"
/** The firmware is told of the switch, and nothing else is. */
const TOLD = [
    [FEED, "capture_feed: 3V3"],
    ["KILL_SENSE: { sense: capture_feed }", "KILL_SENSE: { sense: kill }"],
] as const

export const HARDWARE_MUTANTS: readonly Mutant[] = [
    {
        name: "kill-switch-after-nothing",
        caughtBy: "PR.1-open",
        device: "doorbell",
        breaks: "Its privacy switch cuts nothing, and nobody is told of it.",
        board: brokenBy([FEED, "capture_feed: 3V3"]),
        seen: "power",
    },
    {
        name: "kill-switch-asks-the-firmware",
        caughtBy: "PR.1-opened",
        device: "doorbell",
        breaks: "Its privacy switch tells the firmware, which ends what it takes when it comes to it.",
        board: brokenBy(...TOLD),
        seen: "no power after",
    },
    {
        name: "kill-switch-at-the-firmware's-mercy",
        caughtBy: "PR.1-hostile",
        device: "doorbell",
        breaks: "Its privacy switch tells the firmware, and a program need not listen.",
        board: brokenBy(...TOLD),
        seen: "power, of a program that",
    },
    {
        name: "kill-switch-after-load-switch",
        caughtBy: "PR.1-wiring",
        device: "doorbell",
        breaks: "Its privacy switch is behind the camera, in the way of the microphone alone.",
        board: brokenBy(["camera: { kind: camera, power: capture,", "camera: { kind: camera, power: 3V3,"]),
        seen: "kill open",
    },
    {
        name: "indicator-behind-gpio",
        caughtBy: "PR.2-lit",
        device: "doorbell",
        breaks: "Its indicator is the firmware's, which has other uses for it.",
        board: brokenBy([LAMP, "recording: { drive: CHIME, side: inside }"]),
        seen: "a dark lamp",
    },
    {
        name: "indicator-can-be-darkened",
        caughtBy: "PR.2-hostile",
        device: "doorbell",
        breaks: "A program that works the strike darkens the indicator.",
        board: brokenBy(
            [LAMP, "recording: { drive: lit, side: inside }"],
            ["gates:\n", "gates:\n    lit: { and: [capture, { not: STRIKE }] }\n"],
        ),
        seen: "a dark lamp",
    },
    {
        name: "goes-on-in-the-dark",
        caughtBy: "PR.2-burnt",
        device: "doorbell",
        breaks: "It takes on under a lamp that is burnt.",
        change: [
            [
                CAPTURE,
                'return phase === "asked" && now.elapsedMs < INDICATOR_WITHIN_MS ? "asked" : "off"',
                "return phase",
            ],
        ],
        seen: "power for",
    },
    {
        name: "lamp-says-nothing",
        caughtBy: "PR.2-wiring",
        device: "doorbell",
        breaks: "Its sense line tells of the rail, so that a burnt lamp passes for a lit one.",
        board: brokenBy(["REC_SENSE: { sense: recording }", "REC_SENSE: { sense: capture }"]),
        seen: "sense",
    },
    {
        name: "tamper-not-logged",
        caughtBy: "PR.3-noticed",
        device: "doorbell",
        breaks: "An opened case is in no entry of its log.",
        change: [[DOORBELL, "    if (opened !== caseOpen) device.log.record(Event.Tamper, 0, opened ? 1 : 0)\n", ""]],
        seen: "an entry in the log of an opened case; none",
    },
    {
        name: "lockdown-lifts-itself",
        caughtBy: "PR.3-locked",
        device: "doorbell",
        breaks: "Whoever closes the case again has lifted the lockdown.",
        change: [[DOOR, "latchedBy: Cause.Tamper", "latchedBy: 0"]],
        seen: "after the case was closed",
    },
    {
        name: "press-that-lifts-opens",
        caughtBy: "PR.3-locked",
        device: "doorbell",
        breaks: "The press that lifts the lockdown lets somebody in as well.",
        change: [
            [
                DOORBELL,
                "strike.update(released, rangAt, locked)",
                "strike.update(released, rangAt, failSafe.heldBy(STRIKE) !== 0)",
            ],
        ],
        seen: "opens nothing",
    },
    {
        name: "a-fiber-for-every-frame",
        caughtBy: "AV.1-malformed",
        device: "gas-valve",
        breaks: "It begins to work on whatever it is sent, however much, and dies of a frame that fits nothing.",
        change: [
            ["devs/servers/start-server.ts", "    if (atWork >= MOST) return\n", ""],
            ["devs/servers/start-server.ts", '        console.error("packet:", error)\n', "        throw error\n"],
        ],
    },
    {
        name: "shuts-after-what-it-is-asked",
        caughtBy: "AV.1-full",
        device: "gas-valve",
        breaks: "It begins to work on whatever it is sent, and knows nothing of how late that makes it.",
        change: [
            ["devs/servers/start-server.ts", "    if (atWork >= MOST) return\n", ""],
            ["devs/servers/start-server.ts", '        console.error("packet:", error)\n', "        throw error\n"],
        ],
    },
]
