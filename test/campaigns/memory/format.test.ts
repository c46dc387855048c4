/** The campaign's own reader, on memories that the firmware wrote. */
import { beforeAll, describe, expect, test } from "vitest"
import type { Fram } from "../../../simulators/parts/fram"
import { Role } from "../../../src/core/owner/rights"
import { Phone } from "../../firmware/phone"
import { type Rig, rig } from "../../firmware/rig"
import { AREAS, copiesIn, usedPartOf } from "./format"

let valve: Rig
beforeAll(async () => {
    valve = await rig("gas-valve", "valve_pico")
    const phone = new Phone(valve, "Anna")
    valve.boot()
    await phone.claim("button")
    await phone.bring("Ben", "family", "button")
    await phone.bring("Carl", "guest", "button")
    expect(await phone.remove(1)).toBe("None")
    expect(await phone.people()).toHaveLength(2)
    valve.run(1)
})

const bytes = () => Buffer.from((valve.board.parts.get("fram") as Fram).bytes)

describe("in the memory of a gas valve that has lived for a while", () => {
    test("every record is found, and no other", () => {
        const names = "boots challenges floor household identity key log openings pairing policy program root sensor"
        const found = [...copiesIn(bytes()).keys()].sort()
        // Keys have two places, of which one may be free.
        expect(found.filter(name => !/^session\d[ab]$/.test(name))).toEqual([...names.split(" "), "tries"])
        expect(new Set(found.filter(name => /^session/.test(name)).map(name => name[7]))).toEqual(new Set(["0", "2"]))
    })

    test("a value is where the record's bytes are, the newest first", () => {
        const [newest] = copiesIn(bytes()).get("household")!
        const value = bytes().subarray(newest.value.at, newest.value.at + newest.value.length)
        // Of each place a role and how they came: Anna, nobody, Carl, who are known by their keys.
        expect([...value.subarray(0, 6)]).toEqual([Role.Owner, 0, 255, 0, Role.Guest, 0])
        for (const copies of copiesIn(bytes()).values()) {
            const generations = copies.map(({ generation }) => generation)
            expect(generations).toEqual([...generations].sort((a, b) => b - a))
        }
    })

    test("a header is where one bit loses the copy", () => {
        const memory = bytes()
        const copies = copiesIn(memory).get("household")!
        for (const [i, { header }] of copies.entries()) {
            memory[header.at + header.length - 1] ^= 1
            expect(copiesIn(memory).get("household")?.length ?? 0).toBe(copies.length - i - 1)
        }
    })

    test("areas are where certificates, log and policy lie, as far as they are used", () => {
        const memory = bytes()
        const { at, length } = usedPartOf(AREAS.certificates, memory)
        expect(memory.readUInt16BE(at)).toBe(0x3082)
        expect(length).toBeGreaterThan(400)
        expect(memory[at + length]).toBe(0)
        for (const area of ["log ring", "policy bytes", "ledger"])
            expect(usedPartOf(AREAS[area], memory).length).toBeGreaterThan(40)
    })
})
