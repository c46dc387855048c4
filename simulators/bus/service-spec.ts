import type { Json } from "../trace"
import { jacdac } from "./jacdac"

/** A field of a packet: bytes stay bytes. */
export type FieldValue = Json | Uint8Array

/** A Jacdac service as its specification in `services/` describes it: readable registers, and commands with their reports. */
export class ServiceSpec {
    readonly classIdentifier: number
    readonly #spec: ReturnType<typeof jacdac.parseServiceSpecificationMarkdownToJSON>

    /** @param markdown text of a DeviceScript service specification */
    constructor(markdown: string) {
        const catalogue = Object.fromEntries(jacdac.serviceSpecifications().map(spec => [spec.shortId, spec]))
        this.#spec = jacdac.parseServiceSpecificationMarkdownToJSON(markdown, catalogue)
        this.classIdentifier = this.#spec.classIdentifier
    }

    /** Names of the registers that can be read. */
    get registers(): string[] {
        return this.#spec.packets.filter(isReadable).map(({ name }) => name)
    }

    registerCode(register: string): number {
        return this.#register(register).identifier
    }

    /** The value in the words of the specification: enumeration members by name, several fields as an object. */
    decodeRegister(register: string, payload: Uint8Array): Json {
        const values = this.#decode(this.#register(register), payload)
        const fields = Object.values(values)
        return (fields.length === 1 ? fields[0] : values) as Json
    }

    commandCode(command: string): number {
        return this.#packet("command", command).identifier
    }

    /** @param values of the command's fields, by name; enumeration members as their numbers */
    encodeCommand(command: string, values: Record<string, FieldValue>): Uint8Array {
        const { fields, packFormat } = this.#packet("command", command)
        if (!packFormat) return new Uint8Array(0)
        return jacdac.jdpack(
            packFormat,
            fields.map(({ name }) => values[name]),
        )
    }

    /** The fields of the command's report. */
    decodeReport(command: string, payload: Uint8Array): Record<string, FieldValue> {
        return this.#decode(this.#packet("report", command), payload)
    }

    #decode({ packFormat, fields }: jdspec.PacketInfo, payload: Uint8Array): Record<string, FieldValue> {
        const values = jacdac.jdunpack(payload, packFormat!)
        return Object.fromEntries(
            fields.map(({ name, type }, i) => [name, this.#memberName(type, values[i]) ?? values[i]]),
        )
    }

    #register(name: string): jdspec.PacketInfo {
        return this.#spec.packets.find(packet => isReadable(packet) && packet.name === name)!
    }

    #packet(kind: jdspec.PacketKind, name: string): jdspec.PacketInfo {
        return this.#spec.packets.find(packet => packet.kind === kind && packet.name === name)!
    }

    #memberName(type: string, value: Json): string | undefined {
        const members = Object.entries(this.#spec.enums[type]?.members ?? {})
        return members.find(([, member]) => member === value)?.[0]
    }
}

function isReadable({ kind }: jdspec.PacketInfo): boolean {
    return kind === "ro" || kind === "rw" || kind === "const"
}
