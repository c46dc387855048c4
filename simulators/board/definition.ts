/** What a board is: its DeviceScript board file and its circuit, from `boards/<id>/`. */
import { existsSync, readdirSync } from "node:fs"
import path from "node:path"
import { z } from "zod"
import type { Circuit } from "../circuit/circuit"
import { loadCircuit } from "../circuit/load"
import type { CostTable } from "../costs/cost-table"
import { COST_TABLES } from "../costs/tables"
import { YamlDocument } from "../document"
import { DocumentError } from "../document-error"
import {
    type ConfigValue,
    decodeHardwareConfig,
    encodeHardwareConfig,
    type HardwareConfig,
    MAX_KEY_BYTES,
} from "./hardware-config"

/** What a microcontroller brings along, whatever board it sits on. */
export interface ChipModel {
    /** Flash for program and settings together (`fstorPages` of the upstream port). */
    flashBytes: number
    network: boolean
    /** The runtime's port for it, as published, sets an alarm that never comes when its delay is 0 (port for the RP2040, tim.c). */
    losesZeroAlarm: boolean
}

export const CHIP_MODELS: Readonly<Record<string, ChipModel>> = {
    rp2040: { flashBytes: 128 * 1024, network: false, losesZeroAlarm: true },
    esp32c3: { flashBytes: 256 * 1024, network: true, losesZeroAlarm: false },
}

export interface BoardDefinition {
    /** Name of the folder and of the board file: what firmware imports as `@dsboard/<id>`. */
    id: string
    chip: ChipModel
    /** What the runtime's work costs on this board: the table that its file names, or its chip's. */
    costs: CostTable
    config: HardwareConfig
    configBinary: Uint8Array
    circuit: Circuit
}

const pin = z.int().min(0).max(63)
const boardFile = z.looseObject({
    devName: z.string(),
    productId: z.string().regex(/^0x3[0-9a-f]{7}$/i, { error: "expected 0x3 and seven hex digits" }),
    archId: z.enum(Object.keys(CHIP_MODELS)),
    pins: z.record(z.string(), pin),
    sPin: z.record(z.string(), z.union([z.literal(0), z.literal(1)], { error: "must be 0 or 1" })).default({}),
    $costs: z.enum(Object.keys(COST_TABLES)).optional(),
})

/** Ids of the boards in a folder. */
export function boardIds(folder: string): string[] {
    if (!existsSync(folder)) return []
    return readdirSync(folder, { withFileTypes: true })
        .filter(entry => entry.isDirectory() && existsSync(path.join(folder, entry.name, `${entry.name}.board.json`)))
        .map(entry => entry.name)
        .sort()
}

/**
 * @param folder the folder that holds one folder a board
 * @throws DocumentError if there is no such board or one of its files cannot be used
 */
export function loadBoard(id: string, folder: string): BoardDefinition {
    const file = path.join(folder, id, `${id}.board.json`)
    // What is no folder there is no board, wherever its name may lead.
    if (!boardIds(folder).includes(id))
        throw new DocumentError(
            "missing",
            file,
            `: no board ${id}; boards are ${boardIds(folder).join(", ") || "none"}`,
        )
    return loadBoardFiles(id, file, path.join(folder, id, "circuit.yaml"))
}

/**
 * @param id name of the board
 * @param file its board file
 * @throws DocumentError if one of the files cannot be used
 */
export function loadBoardFiles(id: string, file: string, circuitFile: string): BoardDefinition {
    // JSON is YAML, so errors in it can be placed too.
    const document = new YamlDocument(file)
    const board = document.parse(boardFile)
    const flat = new Map(flatten({ ...board, id }))
    for (const key of flat.keys())
        if (key.length > MAX_KEY_BYTES)
            throw document.problem(key.split("."), `${key} is over ${MAX_KEY_BYTES} characters; use a shorter name`)
    const configBinary = encodeHardwareConfig(flat)
    return {
        id,
        chip: CHIP_MODELS[board.archId],
        costs: COST_TABLES[board.$costs ?? board.archId],
        // Decoded again, it has the order in which the runtime goes through its pins.
        config: decodeHardwareConfig(configBinary),
        configBinary,
        circuit: loadCircuit(circuitFile, board.pins, board.sPin),
    }
}

/** Board file to configuration keys, as the toolchain does it: nested keys joined by dots, service k as one character 0x80 + k. */
function* flatten(value: unknown, key = ""): Generator<[string, ConfigValue]> {
    if (typeof value === "boolean") yield [key, Number(value)]
    else if (typeof value === "number") yield [key, value]
    else if (typeof value === "string") yield [key, /^(0x[0-9a-f]+|\d+)$/i.test(value) ? Number(value) : value]
    else if (Array.isArray(value))
        for (const [i, item] of value.entries()) yield* flatten(item, key + String.fromCharCode(0x80 + i))
    else if (value && typeof value === "object")
        for (const [name, item] of Object.entries(value)) {
            if (name.startsWith("$") || name.startsWith("#")) continue
            if (!key) yield* flatten(item, name === "services" ? "" : name)
            else yield* flatten(item, key.charCodeAt(key.length - 1) >= 0x80 ? key + name : `${key}.${name}`)
        }
}
