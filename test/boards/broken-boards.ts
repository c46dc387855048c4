/** Boards whose wiring breaks a promise: sound ones with some text of their circuit file replaced, wherever it stands. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { Circuit } from "../../simulators/circuit/circuit"
import { loadCircuit } from "../../simulators/circuit/load"

export interface BrokenBoard {
    name: string
    board: "doorbell_c3" | "valve_pico"
    edits: readonly (readonly [from: string, to: string])[]
    /** Which promise of which part breaks, as `part.promise`. */
    breaks: string
    /** What the proof says of it. */
    shows: RegExp
}

const RECORDING = "recording: { drive: capture, side: inside }"
const CAPTURE = "capture: { and: [capture_feed, CAPTURE, deadman] }"
const STRIKE_DRIVE = "strike_drive: { and: [STRIKE, deadman] }"
const VALVE_DRIVE = "valve_drive: { and: [VALVE, deadman] }"
const STRIKE = "strike: { kind: lock, power: 5V, drive: strike_drive, side: inside }"

export const BROKEN_BOARDS: readonly BrokenBoard[] = [
    // The recording indicator.
    {
        name: "the recording indicator is an always-lit power LED",
        board: "doorbell_c3",
        edits: [[RECORDING, "recording: { drive: 3V3, side: inside }"]],
        breaks: "camera.indicator-only",
        shows: /^supply on, kill open, deadman fallen, CAPTURE 0$/,
    },
    {
        name: "the recording indicator lights without a recording too",
        board: "doorbell_c3",
        edits: [[RECORDING, "recording: { drive: capture_feed, side: inside }"]],
        breaks: "microphone.indicator-only",
        shows: /^supply on, kill closed, deadman fallen, CAPTURE 0$/,
    },
    {
        name: "another lamp is lit, while the recording indicator is the firmware's",
        board: "doorbell_c3",
        edits: [[RECORDING, "decoy: { drive: capture, side: inside }\n    recording: { drive: CHIME, side: inside }"]],
        breaks: "camera.indicator",
        shows: /CHIME 0/,
    },
    {
        name: "another lamp has burnt out, while the recording indicator is the firmware's",
        board: "doorbell_c3",
        edits: [
            [RECORDING, "chime_lamp: { drive: CHIME, side: inside }\n    recording: { drive: lit, side: inside }"],
            ["gates:\n", "gates:\n    lit: { and: [capture, chime_lamp] }\n"],
        ],
        breaks: "camera.indicator",
        shows: /chime_lamp burnt|CHIME 0/,
    },
    {
        name: "the lamp is dark while the microphone alone has power",
        board: "doorbell_c3",
        edits: [
            ["microphone: { kind: microphone, power: capture,", "microphone: { kind: microphone, power: ear,"],
            [CAPTURE, `${CAPTURE}\n    ear: { and: [capture_feed, CAPTURE, deadman] }`],
        ],
        breaks: "microphone.indicator",
        shows: /^supply off, .*ear fed from outside$/,
    },
    {
        name: "the lamp also says that the chime rings",
        board: "doorbell_c3",
        edits: [
            [RECORDING, "recording: { drive: lit, side: inside }"],
            ["gates:\n", "gates:\n    lit: { or: [capture, CHIME] }\n"],
            [
                "promises:\n",
                "promises:\n    chime: { asked: CHIME, deadman: deadman, heartbeat: HEARTBEAT, withinMs: 500, indicator: recording }\n",
            ],
        ],
        breaks: "camera.indicator-only",
        shows: /CHIME 1/,
    },
    {
        name: "the sense line tells of the rail, not of the lamp",
        board: "doorbell_c3",
        edits: [["REC_SENSE: { sense: recording }", "REC_SENSE: { sense: capture }"]],
        breaks: "camera.sense",
        shows: /recording burnt, .*REC_SENSE floating/,
    },
    {
        name: "the sense line is held up by a resistor",
        board: "doorbell_c3",
        edits: [["REC_SENSE: { sense: recording }", "REC_SENSE: { pull: up }"]],
        breaks: "microphone.sense",
        shows: /REC_SENSE floating/,
    },

    // The privacy switch.
    {
        name: "the firmware can power the microphone past the switch",
        board: "doorbell_c3",
        edits: [[CAPTURE, "capture: { or: [capture_feed, { and: [3V3, CAPTURE] }] }"]],
        breaks: "microphone.switch",
        shows: /^supply on, kill open, CAPTURE 1$/,
    },
    {
        name: "the switch only tells the firmware",
        board: "doorbell_c3",
        edits: [["capture_feed: { and: [3V3, kill] }", "capture_feed: 3V3"]],
        breaks: "camera.switch",
        shows: /^supply on, kill open, deadman running, CAPTURE 1$/,
    },
    {
        name: "the camera has another supply",
        board: "doorbell_c3",
        edits: [["camera: { kind: camera, power: capture,", "camera: { kind: camera, power: 3V3,"]],
        breaks: "camera.switch",
        shows: /^supply on, kill open$/,
    },
    {
        name: "the privacy switch is in the case outside, where it can be bridged",
        board: "doorbell_c3",
        edits: [["closed: true, side: inside }", "closed: true, side: outside }"]],
        breaks: "camera.switch",
        shows: /^supply off, kill open, deadman running, CAPTURE 1, capture_feed fed from outside, 3V3 fed from outside$/,
    },

    // The dead-man, its time, and what feeds it.
    {
        name: "the firmware drives the valve alone",
        board: "valve_pico",
        edits: [[VALVE_DRIVE, "valve_drive: VALVE"]],
        breaks: "valve.deadman",
        shows: /^supply on, deadman fallen, VALVE 1$/,
    },
    {
        name: "the capture rail stays on when the firmware has died",
        board: "doorbell_c3",
        edits: [[CAPTURE, "capture: { and: [capture_feed, CAPTURE] }"]],
        breaks: "camera.deadman",
        shows: /^supply on, kill closed, deadman fallen, CAPTURE 1$/,
    },
    {
        name: "the dead-man falls after an hour",
        board: "valve_pico",
        edits: [["timeoutMs: 500", "timeoutMs: 3600000"]],
        breaks: "valve.time",
        shows: /^deadman falls after 3600000 ms; make its timeoutMs at most 500$/,
    },
    {
        name: "the dead-man falls after an hour, as the file says it shall",
        board: "doorbell_c3",
        edits: [
            ["timeoutMs: 500", "timeoutMs: 3600000"],
            ["HEARTBEAT, withinMs: 500 }", "HEARTBEAT, withinMs: 3600000 }"],
        ],
        breaks: "strike.time",
        shows: /^a lock has to be off within 950 ms; make withinMs at most that$/,
    },
    {
        name: "the camera's dead-man is slower than its promise",
        board: "doorbell_c3",
        edits: [["timeoutMs: 500", "timeoutMs: 501"]],
        breaks: "camera.time",
        shows: /^deadman falls after 501 ms/,
    },
    {
        name: "a button keeps the dead-man alive",
        board: "valve_pico",
        edits: [["input: HEARTBEAT", "input: BUTTON"]],
        breaks: "valve.heartbeat",
        shows: /^supply on, button open, HEARTBEAT 0, BUTTON 1$/,
    },
    {
        name: "a contact that bounces keeps the dead-man alive",
        board: "valve_pico",
        edits: [["HEARTBEAT: { pull: down }", "HEARTBEAT: { pull: down, shorted: { by: button, to: high } }"]],
        breaks: "valve.heartbeat",
        shows: /button closed/,
    },
    {
        name: "a server of the chip that blinks an LED keeps the dead-man alive",
        board: "valve_pico",
        edits: [["input: HEARTBEAT", "input: LED"]],
        breaks: "valve.heartbeat",
        shows: /^supply on, HEARTBEAT 0, LED 1$/,
    },
    {
        name: "the dead-man that falls starts itself anew",
        board: "valve_pico",
        edits: [
            ["input: HEARTBEAT", "input: beat"],
            ["gates:\n", "gates:\n    beat: { or: [HEARTBEAT, valve_drive] }\n"],
        ],
        breaks: "valve.heartbeat",
        shows: /^supply on, deadman running, VALVE 1, HEARTBEAT 0$/,
    },
    {
        name: "the line of the heartbeat picks up what is in the air",
        board: "valve_pico",
        edits: [["HEARTBEAT: { pull: down }", "HEARTBEAT: {}"]],
        breaks: "valve.heartbeat",
        shows: /^supply on, HEARTBEAT pulled up$/,
    },
    {
        name: "the tamper loop keeps the dead-man alive",
        board: "doorbell_c3",
        edits: [["input: HEARTBEAT", "input: TAMPER"]],
        breaks: "strike.heartbeat",
        shows: /TAMPER/,
    },
    {
        name: "what asks for the valve beats for it",
        board: "valve_pico",
        edits: [
            [VALVE_DRIVE, "valve_drive: { and: [HEARTBEAT, deadman] }"],
            ["asked: VALVE", "asked: HEARTBEAT"],
        ],
        breaks: "valve.separate",
        shows: /^both are HEARTBEAT/,
    },

    // The line that asks.
    {
        name: "the tamper loop, not the firmware, releases the strike",
        board: "doorbell_c3",
        edits: [[STRIKE_DRIVE, "strike_drive: { and: [TAMPER, deadman] }"]],
        breaks: "strike.asked",
        shows: /STRIKE 0, TAMPER 0, TAMPER fed from outside$/,
    },
    {
        name: "the tamper loop is declared to be what asks",
        board: "doorbell_c3",
        edits: [
            [STRIKE_DRIVE, "strike_drive: { and: [TAMPER, deadman] }"],
            ["asked: STRIKE", "asked: TAMPER"],
        ],
        breaks: "strike.asked",
        shows: /TAMPER 0, TAMPER fed from outside$/,
    },
    {
        name: "the button at the door is wired to the strike",
        board: "doorbell_c3",
        edits: [[STRIKE_DRIVE, "strike_drive: { and: [button, deadman] }"]],
        breaks: "strike.asked",
        shows: /STRIKE 0, strike_drive fed from outside$/,
    },
    {
        name: "the button at the door is in series with the strike",
        board: "doorbell_c3",
        edits: [[STRIKE_DRIVE, "strike_drive: { and: [STRIKE, deadman, button] }"]],
        breaks: "strike.asked",
        shows: /STRIKE 0, strike_drive fed from outside$/,
    },
    {
        name: "the strike itself is outside",
        board: "doorbell_c3",
        edits: [[STRIKE, STRIKE.replace("inside", "outside")]],
        breaks: "strike.asked",
        shows: /STRIKE 0, .*strike_drive fed from outside$/,
    },
    {
        name: "whoever feeds the camera outside also feeds the strike",
        board: "doorbell_c3",
        edits: [[STRIKE_DRIVE, "strike_drive: { or: [{ and: [STRIKE, deadman] }, capture] }"]],
        breaks: "strike.deadman",
        shows: /deadman fallen, .*capture fed from outside$/,
    },
    {
        name: "the valve's line floats until the program starts",
        board: "valve_pico",
        edits: [["VALVE: { pull: down }", "VALVE: {}"]],
        breaks: "valve.asked",
        shows: /^supply on, deadman running, VALVE pulled up$/,
    },
    {
        name: "the valve's line is pulled up",
        board: "valve_pico",
        edits: [["VALVE: { pull: down }", "VALVE: { pull: up }"]],
        breaks: "valve.asked",
        shows: /^supply on, deadman running, VALVE floating$/,
    },
    {
        name: "the valve is open while its line is low",
        board: "valve_pico",
        edits: [[VALVE_DRIVE, "valve_drive: { and: [{ not: VALVE }, deadman] }"]],
        breaks: "valve.asked",
        shows: /^supply on, deadman running, VALVE 0$/,
    },
    {
        name: "a line that the board file does not hold at start",
        board: "valve_pico",
        edits: [
            [VALVE_DRIVE, "valve_drive: { and: [LED, deadman] }"],
            ["asked: VALVE", "asked: LED"],
        ],
        breaks: "valve.start",
        shows: /^the board file has to hold it low: "sPin": { "LED": 0 }$/,
    },
    {
        name: "every reset is a beat",
        board: "valve_pico",
        edits: [["HEARTBEAT: { pull: down }", "HEARTBEAT: { pull: up }"]],
        breaks: "valve.start",
        shows: /^every reset makes an edge on HEARTBEAT: "sPin": { "HEARTBEAT": 1 }$/,
    },

    // Persons.
    {
        name: "the button of the person inside is outside",
        board: "doorbell_c3",
        edits: [
            [
                "release: { kind: button, closed: false, side: inside }",
                "release: { kind: button, closed: false, side: outside }",
            ],
        ],
        breaks: "RELEASE.inside",
        shows: /^somebody outside reaches it: RELEASE$/,
    },
    {
        name: "the button at the door speaks for a person inside",
        board: "doorbell_c3",
        edits: [["persons: [RELEASE]", "persons: [RELEASE, BUTTON]"]],
        breaks: "BUTTON.inside",
        shows: /^somebody outside reaches it: BUTTON$/,
    },
    {
        name: "a line that no contact moves speaks for a person",
        board: "doorbell_c3",
        edits: [["persons: [RELEASE]", "persons: [KILL_SENSE]"]],
        breaks: "KILL_SENSE.inside",
        shows: /^no contact moves it/,
    },
    {
        name: "a wire from outside is a condition beside the line of a person inside",
        board: "doorbell_c3",
        edits: [["gates:\n", "gates:\n    bell: { or: [RELEASE, button] }\n"]],
        breaks: "RELEASE.inside",
        shows: /^somebody outside reaches it: RELEASE$/,
    },

    // What is not declared.
    {
        name: "a relay that no dead-man holds",
        board: "valve_pico",
        edits: [["parts:\n", "parts:\n    boiler: { kind: relay, power: 5V, drive: LED }\n"]],
        breaks: "boiler.declared",
        shows: /^add to promises: { boiler: { asked: LINE, deadman: TIMER, heartbeat: LINE, withinMs: 950 } }$/,
    },
    {
        name: "a relay module with the supply of the board",
        board: "valve_pico",
        edits: [["parts:\n", "parts:\n    boiler: { kind: relay-module, power: 5V }\n"]],
        breaks: "boiler.declared",
        shows: /^add to promises/,
    },
    {
        name: "a microphone that is held like a valve",
        board: "doorbell_c3",
        edits: [
            [
                "microphone:\n        { asked: CAPTURE, deadman: deadman, heartbeat: HEARTBEAT, withinMs: 500, switch: kill, indicator: recording, sense: REC_SENSE }",
                "microphone: { asked: CAPTURE, deadman: deadman, heartbeat: HEARTBEAT, withinMs: 500 }",
            ],
        ],
        breaks: "microphone.declared",
        shows: /^add to promises: { microphone: { switch: SWITCH, indicator: LAMP, sense: LINE } }$/,
    },
    {
        name: "a lock on a board that does not say where outside is",
        board: "doorbell_c3",
        edits: [
            [", side: inside", ""],
            [", side: outside", ""],
        ],
        breaks: "strike.sides",
        shows: /^add side: inside or side: outside to every switch, indicator and part$/,
    },
    {
        name: "a valve that is wired to nothing",
        board: "valve_pico",
        edits: [[VALVE_DRIVE, "valve_drive: { and: [VALVE, deadman, { not: VALVE }] }"]],
        breaks: "valve.asked",
        shows: /^never comes to pass: 5V, valve_drive, VALVE /,
    },
    {
        name: "a gate of so many lines that nobody can go through it",
        board: "valve_pico",
        edits: [
            [
                "gates:\n",
                `gates:\n${Array.from({ length: 20 }, (_, i) => `    g${i}: { not: button${i} }\n`).join("")}    many: { or: [${Array.from({ length: 20 }, (_, i) => `g${i}`)}] }\n`,
            ],
            [
                "switches:\n",
                `switches:\n${Array.from({ length: 20 }, (_, i) => `    button${i}: { kind: button, closed: false }\n`).join("")}`,
            ],
            [VALVE_DRIVE, "valve_drive: { and: [VALVE, deadman, many] }"],
        ],
        breaks: "valve.asked",
        shows: /^not proved: .* there are 20971520 combinations$/,
    },
]

export function loadBroken({ board, edits }: Pick<BrokenBoard, "board" | "edits">): Circuit {
    const sound = readFileSync(`boards/${board}/circuit.yaml`, "utf8")
    const { pins, sPin } = JSON.parse(readFileSync(`boards/${board}/${board}.board.json`, "utf8"))
    const text = edits.reduce((text, [from, to]) => replaced(text, from, to), sound)
    const folder = mkdtempSync(join(tmpdir(), "domovoi-broken-"))
    try {
        const file = join(folder, "circuit.yaml")
        writeFileSync(file, text)
        return loadCircuit(file, pins, sPin)
    } finally {
        rmSync(folder, { recursive: true })
    }
}

function replaced(text: string, from: string, to: string): string {
    if (!text.includes(from)) throw new Error(`the circuit has no "${from}"; name a text that it has`)
    return text.replaceAll(from, to)
}
