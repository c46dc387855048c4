/** The table of what is served inside sessions, against the services as they are specified. */
import { readFileSync } from "node:fs"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { jacdac } from "../../../simulators/bus/jacdac"
import {
    DOMOVOI_COMMANDS,
    FIRST_COMMAND,
    FREE,
    fieldsOf,
    OWNER_COMMANDS,
    PRIVACY_COMMANDS,
    REST,
    ROW_BYTES,
    rowOf,
} from "../../../src/core/owner/commands"
import { Action } from "../../../src/core/owner/rights"

/** Of each command of a service: the right that it takes in a session, or `free`. */
const EXPECTED: Readonly<Record<string, Readonly<Record<string, keyof typeof Action | "free">>>> = {
    domovoi: {
        read: "Observe",
        attest: "Observe",
        create_key: "free",
        write_certificates: "free",
        write_pairing_secret: "free",
        keep_identity: "free",
        lock_element: "free",
        find_parts: "free",
        read_log: "ReadLog",
        sign_log: "ReadLog",
        offer_update: "Operate",
        write_update: "Operate",
        // The right to approve of it is asked for when it is answered: of a device that nobody has, anybody may.
        answer_update: "Observe",
        grant_update: "Operate",
        keep_program: "free",
        exchange: "free",
    },
    // To disable and to enable are two rights, and so are a yes and a no: they are asked for by what the fields say.
    owner: { disable: "Observe" },
    privacy: { describe: "Observe", read_notice: "free", answer: "Observe", read_kept: "Observe" },
}

const TABLES: Readonly<Record<string, Buffer>> = {
    domovoi: DOMOVOI_COMMANDS,
    owner: OWNER_COMMANDS,
    privacy: PRIVACY_COMMANDS,
}

interface Command {
    name: string
    identifier: number
    /** Of each field its size in bytes; 0 for all that are left. */
    sizes: number[]
}

function commandsOf(service: string): Command[] {
    const text = readFileSync(`services/${service}.md`, "utf8")
    const { packets, errors } = jacdac.parseServiceSpecificationMarkdownToJSON(text, {})
    expect(errors ?? []).toEqual([])
    return packets
        .filter(({ kind }) => kind === "command")
        .map(({ name, identifier, fields }) => ({
            name,
            identifier,
            sizes: fields.map(({ storage }) => Math.abs(storage)),
        }))
}

describe.each(Object.keys(EXPECTED))("%s", service => {
    const table = TABLES[service]
    const commands = commandsOf(service)

    test("has each of its commands in the expected table, and no others", () => {
        expect(commands.map(({ name }) => name).sort()).toEqual(Object.keys(EXPECTED[service]).sort())
        expect(table.length % ROW_BYTES).toBe(0)
    })

    test.each(commands.map(command => [command.name, command] as const))("%s", (name, { identifier, sizes }) => {
        const row = rowOf(table, identifier)
        const right = EXPECTED[service][name]
        if (right === "free") {
            expect(row).toBe(-1)
            return
        }
        expect(row).toBe((identifier - FIRST_COMMAND) * ROW_BYTES)
        expect(Action[table[row]]).toBe(right)
        const halves = [table[row + 1] >> 4, table[row + 1] & 15, table[row + 2] >> 4, table[row + 2] & 15]
        expect(halves.slice(0, sizes.length)).toEqual(sizes.map(size => size || REST))
        expect(halves.slice(sizes.length).every(half => half === 0)).toBe(true)
        // What is left can only come last.
        expect(sizes.slice(0, -1)).not.toContain(0)
    })

    test("has rows for nothing but commands", () => {
        const known = commands
            .filter(({ name }) => EXPECTED[service][name] !== "free")
            .map(({ identifier }) => identifier)
        for (let code = -300; code < 0x1100; code++)
            expect(rowOf(table, code) >= 0, `${code}`).toBe(known.includes(code))
        for (let at = 0; at < table.length; at += ROW_BYTES)
            expect([FREE, ...known.map(code => table[rowOf(table, code)])]).toContain(table[at])
    })
})

describe("the fields of a command", () => {
    const rows = Object.entries(TABLES).flatMap(([service, table]) =>
        commandsOf(service)
            .filter(({ identifier }) => rowOf(table, identifier) >= 0)
            .map(({ identifier, sizes }) => ({ table, row: rowOf(table, identifier), sizes })),
    )
    const lengthOf = (sizes: number[]) => sizes.reduce((sum, size) => sum + size, 0)

    test("are refused if they are too short, and else are its numbers, lowest byte first, and all that is left", () => {
        const refused = new Set<boolean>()
        fc.assert(
            fc.property(fc.constantFrom(...rows), fc.uint8Array({ maxLength: 12 }), ({ table, row, sizes }, bytes) => {
                const payload = Buffer.from(bytes)
                const fields = fieldsOf(table, row, payload)
                refused.add(fields === undefined)
                if (payload.length < lengthOf(sizes)) {
                    expect(fields).toBeUndefined()
                    return
                }
                let at = 0
                const expected = sizes.map(size => {
                    if (size === 0) return payload.subarray(at)
                    at += size
                    return payload.readUIntLE(at - size, size)
                })
                expect(fields).toEqual(expected)
            }),
            { numRuns: 2000, seed: 20_261_130 },
        )
        expect(refused).toEqual(new Set([true, false]))
    })

    test.each(rows)("%# of every length up to what they need", ({ table, row, sizes }) => {
        for (let length = 0; length < lengthOf(sizes); length++)
            expect(fieldsOf(table, row, Buffer.alloc(length, 0xff))).toBeUndefined()
        const whole = fieldsOf(table, row, Buffer.alloc(lengthOf(sizes), 0xff))
        expect(whole).toEqual(sizes.map(size => (size ? 256 ** size - 1 : Buffer.alloc(0))))
    })
})
