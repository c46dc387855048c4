import type { Json } from "../trace"
import { jacdac } from "./jacdac"

/** A field of a packet: bytes stay bytes. */
export type FieldValue = Json | Uint8Array

/** The fields of a report as lines of a trace have them: bytes in hexadecimal digits. */
export function inJson(report: Record<string, FieldValue>): Record<string, Json> {
    const fields = Object.entries(report).map(([name, value]): [string, Json] => [
        name,
        value instanceof Uint8Array ? Buffer.from(value).toString("hex") : value,
    ])
    return Object.fromEntries(fields)
}

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

    get name(): string {
        return this.#spec.camelName
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

    /** Names of the commands. */
    get commands(): string[] {
        return this.#spec.packets.filter(({ kind }) => kind === "command").map(({ name }) => name)
    }

    /** Names of a command's fields; none for an unknown command. */
    fieldsOf(command: string): string[] {
        return this.#packet("command", command)?.fields.map(({ name }) => name) ?? []
    }

    /**
     * @param values of the command's fields, by name; enumeration members by name or number, bytes as such or in hexadecimal
     * @throws Error naming an unknown command, or a field that is missing, unknown, or has a value that does not fit
     */
    encodeCommand(command: string, values: Record<string, FieldValue>): Uint8Array {
        const { commands } = this
        if (!commands.includes(command))
            throw new Error(`no command "${command}"; ${this.name} has ${commands.join(", ") || "none"}`)
        const { fields, packFormat } = this.#packet("command", command)
        const names = fields.map(({ name }) => name)
        const wrong = [...Object.keys(values), ...names].find(
            name => !Object.hasOwn(values, name) || !names.includes(name),
        )
        if (wrong !== undefined)
            throw new Error(
                `${command}: "${wrong}" is missing or unknown; its fields are ${names.join(", ") || "none"}`,
            )
        if (!packFormat) return new Uint8Array(0)
        return jacdac.jdpack(
            packFormat,
            fields.map(({ name, type }) => this.#plainValue(type, values[name])),
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

    /** Numbers for words, bytes for hexadecimal digits. */
    #plainValue(type: string, value: FieldValue): FieldValue {
        if (typeof value === "boolean") return value ? 1 : 0
        if (typeof value !== "string") return value
        const members = this.#spec.enums[type]?.members
        if (members && !Object.hasOwn(members, value))
            throw new Error(`no ${type} "${value}"; there are ${Object.keys(members).join(", ")}`)
        if (members) return members[value]
        if (type !== "bytes") return value
        if (!/^([0-9a-f]{2})*$/.test(value)) throw new Error(`"${value}" are no bytes; write them as lowercase digits`)
        return Buffer.from(value, "hex")
    }

    #memberName(type: string, value: Json): string | undefined {
        const members = Object.entries(this.#spec.enums[type]?.members ?? {})
        return members.find(([, member]) => member === value)?.[0]
    }
}

function isReadable({ kind }: jdspec.PacketInfo): boolean {
    return kind === "ro" || kind === "rw" || kind === "const"
}
