/** The campaign's own reader, on memories that the firmware wrote. */
import { beforeAll, describe, expect, test } from "vitest"
import type { Fram } from "../../../simulators/parts/fram"
import { ANNA, BEN, Phone } from "../../firmware/phone"
import { type Rig, rig } from "../../firmware/rig"
import { AREAS, copiesIn, usedPartOf } from "./format"

const CARL = Buffer.from("carlcarl")

let valve: Rig
beforeAll(async () => {
    valve = await rig("gas-valve", "valve_pico")
    const phone = new Phone(valve)
    valve.boot()
    phone.claim("button")
    for (const [role, person] of [
        ["Family", BEN],
        ["Family", CARL],
        ["Nobody", BEN],
    ] as const)
        expect(phone.give(ANNA, role, person)).toBe("None")
    valve.run(1)
})

const bytes = () => Buffer.from((valve.board.parts.get("fram") as Fram).bytes)

describe("in the memory of a gas valve that has lived for a while", () => {
    test("every record is found, and no other", () => {
        const names = "boots challenges floor identity key log openings pairing people policy program root sensor"
        expect([...copiesIn(bytes()).keys()].sort()).toEqual(names.split(" "))
    })

    test("a value is where the record's bytes are, the newest first", () => {
        const [newest] = copiesIn(bytes()).get("people")!
        const value = bytes().subarray(newest.value.at, newest.value.at + newest.value.length)
        expect(value.includes("annaanna") && value.includes("carlcarl") && !value.includes("benbenbe")).toBe(true)
        for (const copies of copiesIn(bytes()).values()) {
            const generations = copies.map(({ generation }) => generation)
            expect(generations).toEqual([...generations].sort((a, b) => b - a))
        }
    })

    test("a header is where one bit loses the copy", () => {
        const memory = bytes()
        const copies = copiesIn(memory).get("people")!
        for (const [i, { header }] of copies.entries()) {
            memory[header.at + header.length - 1] ^= 1
            expect(copiesIn(memory).get("people")?.length ?? 0).toBe(copies.length - i - 1)
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
