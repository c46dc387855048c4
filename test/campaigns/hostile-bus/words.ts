/** Everything that can be said to a service, by its specification: ours in `services/`, and the Jacdac catalogue's. */
import { readdirSync, readFileSync } from "node:fs"
import { jacdac } from "../../../simulators/bus/jacdac"
import type { Random } from "../../../simulators/random"

export interface Word {
    /** `owner give`, `settings clear`, `manager set running` … */
    name: string
    kind: "command" | "get" | "set"
    /** As the packet's header has it. */
    command: number
    fields: readonly jdspec.PacketMember[]
}

/** Most that a packet takes. */
export const MAX_PAYLOAD = 236
const GET = 0x1000
const SET = 0x2000

const catalogue = Object.fromEntries(jacdac.serviceSpecifications().map(spec => [spec.shortId, spec]))
const ours = readdirSync("services").map(file =>
    jacdac.parseServiceSpecificationMarkdownToJSON(readFileSync(`services/${file}`, "utf8"), catalogue),
)
const known = new Map<number, readonly Word[]>()

/** @returns all commands and registers of a service; none of one that nobody has specified */
export function wordsOf(serviceClass: number): readonly Word[] {
    let words = known.get(serviceClass)
    if (!words) {
        const spec =
            ours.find(({ classIdentifier }) => classIdentifier === serviceClass) ??
            jacdac.serviceSpecificationFromClassIdentifier(serviceClass)
        known.set(serviceClass, (words = spec ? spec.packets.flatMap(packet => wordsFor(spec, packet)) : []))
    }
    return words
}

export function serviceClassOf(name: string): number {
    return ours.find(({ camelName }) => camelName === name)!.classIdentifier
}

function wordsFor({ camelName }: jdspec.ServiceSpec, { kind, name, identifier, fields }: jdspec.PacketInfo): Word[] {
    if (kind === "command") return [{ name: `${camelName} ${name}`, kind, command: identifier, fields }]
    if (kind !== "ro" && kind !== "rw" && kind !== "const") return []
    const get: Word = { name: `${camelName} get ${name}`, kind: "get", command: GET | identifier, fields: [] }
    // Nobody says that what is not to be written is not written.
    return [get, { name: `${camelName} set ${name}`, kind: "set", command: SET | identifier, fields }]
}

/** Sizes of bytes that mean something to somebody: none, credentials, secrets, digests, with something behind them, and the longest. */
const SIZES = [0, 1, 7, 8, 9, 16, 31, 32, 33, 40, 48, 64, 128, 200, MAX_PAYLOAD]

/**
 * Fields with values at their borders.
 * @param parts what bytes may be made of, beside anything
 */
export function fill(fields: readonly jdspec.PacketMember[], random: Random, parts: readonly Buffer[]): Buffer {
    const values = fields.map(({ type, storage }) => fieldValue(type, storage, random, parts))
    return Buffer.concat(values).subarray(0, MAX_PAYLOAD)
}

function fieldValue(type: string, storage: number, random: Random, parts: readonly Buffer[]): Buffer {
    if (storage !== 0 && type !== "bytes" && type !== "string") return numberOf(Math.abs(storage), random)
    if (type.startsWith("string"))
        return Buffer.from(`${STRINGS[random.below(STRINGS.length)]}${type === "string0" ? "\0" : ""}`)
    if (parts.length > 0 && random.below(2)) return parts[random.below(parts.length)]
    return bytesOf(SIZES[random.below(SIZES.length)], random)
}

const STRINGS = ["", "gas", "release", "camera", "microphone", "SIM-1", "wifi_ssid", "*prog", "x".repeat(31), "Ā\u0001"]

function numberOf(bytes: number, random: Random): Buffer {
    const value = Buffer.alloc(bytes)
    const kind = random.below(5)
    if (kind === 0) value.fill(0xff)
    else if (kind === 1) value[0] = random.below(4)
    else if (kind === 2) value[bytes - 1] = 0x80
    else if (kind === 3) random.draw(value)
    return value
}

export function bytesOf(length: number, random: Random): Buffer {
    const bytes = Buffer.alloc(length, [0, 0xff][random.below(2)])
    if (random.below(2)) random.draw(bytes)
    return bytes
}
