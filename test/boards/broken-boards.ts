/** Boards whose wiring breaks a promise: sound ones with some text of their circuit file replaced. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { Circuit } from "../../simulators/circuit/circuit"
import { loadCircuit } from "../../simulators/circuit/load"

export interface BrokenBoard {
    name: string
    board: "doorbell_c3" | "valve_pico"
    edits: readonly (readonly [from: string, to: string])[]
    /** Whose promise breaks. */
    part: string
}

/** What a proof lets through that asks only whether some dead-man, switch and lamp of the board go with the part. */
export const ATTACKS: readonly BrokenBoard[] = [
    {
        name: "the recording indicator is an always-lit power LED",
        board: "doorbell_c3",
        edits: [["recording: { drive: capture", "recording: { drive: 3V3"]],
        part: "camera",
    },
    {
        name: "the recording indicator lights without a recording too",
        board: "doorbell_c3",
        edits: [["recording: { drive: capture", "recording: { drive: capture_feed"]],
        part: "microphone",
    },
    {
        name: "another lamp is lit, while the recording indicator is the firmware's",
        board: "doorbell_c3",
        edits: [["recording: { drive: capture", "decoy: { drive: capture }\n    recording: { drive: CHIME"]],
        part: "camera",
    },
    {
        name: "the sense line tells of the rail, not of the lamp",
        board: "doorbell_c3",
        edits: [["REC_SENSE: { sense: recording }", "REC_SENSE: { sense: capture }"]],
        part: "camera",
    },
    {
        name: "the dead-man falls after an hour",
        board: "valve_pico",
        edits: [["timeoutMs: 500", "timeoutMs: 3600000"]],
        part: "valve",
    },
    {
        name: "the dead-man of the strike falls after an hour",
        board: "doorbell_c3",
        edits: [["timeoutMs: 500", "timeoutMs: 3600000"]],
        part: "strike",
    },
    {
        name: "a button keeps the dead-man alive",
        board: "valve_pico",
        edits: [["input: HEARTBEAT", "input: BUTTON"]],
        part: "valve",
    },
    {
        name: "a server of the chip that blinks an LED keeps the dead-man alive",
        board: "valve_pico",
        edits: [["input: HEARTBEAT", "input: LED"]],
        part: "valve",
    },
    {
        name: "the tamper loop, not the firmware, releases the strike",
        board: "doorbell_c3",
        edits: [["strike_drive: { and: [STRIKE, deadman] }", "strike_drive: { and: [TAMPER, deadman] }"]],
        part: "strike",
    },
    {
        name: "the button at the door is wired to the strike",
        board: "doorbell_c3",
        edits: [["strike_drive: { and: [STRIKE, deadman] }", "strike_drive: { and: [button, deadman] }"]],
        part: "strike",
    },
    {
        name: "the valve's line floats until the program starts",
        board: "valve_pico",
        edits: [["VALVE: { pull: down }", "VALVE: {}"]],
        part: "valve",
    },
    {
        name: "a relay that no dead-man holds",
        board: "valve_pico",
        edits: [["parts:\n", "parts:\n    boiler: { kind: relay, power: 5V, drive: LED }\n"]],
        part: "boiler",
    },
]

export function loadBroken({ board, edits }: Pick<BrokenBoard, "board" | "edits">): Circuit {
    const sound = readFileSync(`boards/${board}/circuit.yaml`, "utf8")
    return circuitOf(
        edits.reduce((text, [from, to]) => replaced(text, from, to), sound),
        pinsOf(board),
    )
}

export function pinsOf(board: string): Record<string, number> {
    return JSON.parse(readFileSync(`boards/${board}/${board}.board.json`, "utf8")).pins
}

/** @param text of a circuit file */
export function circuitOf(text: string, pins: Record<string, number>): Circuit {
    const folder = mkdtempSync(join(tmpdir(), "domovoi-circuit-"))
    try {
        const file = join(folder, "circuit.yaml")
        writeFileSync(file, text)
        return loadCircuit(file, pins)
    } finally {
        rmSync(folder, { recursive: true })
    }
}

function replaced(text: string, from: string, to: string): string {
    if (!text.includes(from)) throw new Error(`the circuit has no "${from}"; name a text that it has`)
    return text.replace(from, to)
}
