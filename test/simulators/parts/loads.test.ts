import { describe, expect, test } from "vitest"
import { Buzzer } from "../../../simulators/parts/buzzer"
import { Deadman } from "../../../simulators/parts/deadman"
import { Led } from "../../../simulators/parts/led"
import { Lock } from "../../../simulators/parts/lock"
import { InvalidAction } from "../../../simulators/parts/part"
import { Relay } from "../../../simulators/parts/relay"
import { Valve } from "../../../simulators/parts/valve"
import { partOnBench } from "./bench"

describe.each([
    { name: "valve", build: Valve, key: "state", rest: "shut", active: "open" },
    { name: "lock", build: Lock, key: "state", rest: "locked", active: "released" },
    { name: "relay", build: Relay, key: "contact", rest: "nc", active: "no" },
])("a $name", ({ build, key, rest, active }) => {
    const bench = () => partOnBench(context => new build(context))

    test.each([
        { power: false, drive: false },
        { power: false, drive: true },
        { power: true, drive: false },
    ])("rests with power $power and drive $drive", ({ power, drive }) => {
        const { part } = bench()
        part.setPower(power)
        part.setDrive(drive)
        expect(part.observe()[key]).toBe(rest)
    })

    test("acts with power and drive, whichever comes first, and rests without either", () => {
        for (const [first, second] of [
            ["setPower", "setDrive"],
            ["setDrive", "setPower"],
        ] as const)
            for (const lost of ["setPower", "setDrive"] as const) {
                const { part, entries } = bench()
                part[first](true)
                part[second](true)
                expect(part.observe()[key]).toBe(active)
                part[lost](false)
                expect(part.observe()[key]).toBe(rest)
                expect(entries.filter(({ kind }) => kind === "state").map(entry => entry[key])).toEqual([active, rest])
            }
    })

    test("refuses actions it does not know", () => {
        const { part } = bench()
        expect(() => part.act("dance")).toThrow(InvalidAction)
        expect(() => part.act("dance")).toThrow('board.part: no action "dance"; it knows ')
    })
})

describe("a valve", () => {
    test("stuck open stays open without power, until it is freed", () => {
        const { part } = partOnBench(context => new Valve(context))
        part.act("stick", "open")
        expect(part.observe()).toEqual({ state: "open", openings: 1 })
        part.act("free")
        expect(part.observe()).toEqual({ state: "shut", openings: 1 })
        expect(() => part.act("stick", "ajar")).toThrow("board.part: stick:")
        expect(() => part.act("free", 1)).toThrow("board.part: free: takes no argument")
    })
})

test("a welded relay keeps its contact", () => {
    const { part } = partOnBench(context => new Relay(context))
    part.act("stick", "no")
    expect(part.observe()).toEqual({ contact: "no", operations: 1 })
    part.act("free")
    expect(part.observe()).toEqual({ contact: "nc", operations: 2 })
})

test("a lock lets nobody in while locked, and everybody out always", () => {
    const { part } = partOnBench(context => new Lock(context))
    part.act("push")
    part.act("exit")
    expect(part.observe()).toMatchObject({ state: "locked", entries: 0, exits: 1 })
    part.setPower(true)
    part.setDrive(true)
    part.act("push")
    part.act("exit")
    expect(part.observe()).toEqual({ state: "released", releases: 1, entries: 1, exits: 2 })
})

test("a buzzer sounds while driven, and counts its tones", () => {
    const { part } = partOnBench(context => new Buzzer(context))
    part.setDrive(true)
    expect(part.observe()).toEqual({ sounding: true, count: 1 })
    part.setDrive(false)
    part.setDrive(true)
    part.setDrive(false)
    expect(part.observe()).toEqual({ sounding: false, count: 2 })
    expect(() => part.act("mute")).toThrow('board.part: no action "mute"; it knows none')
})

test("an LED burns and is replaced in its circuit", () => {
    const burnt: boolean[] = []
    const { part } = partOnBench(context => new Led(context, state => burnt.push(state)))
    part.setDrive(true)
    expect(part.observe()).toEqual({ lit: true, flashes: 1 })
    part.act("burn")
    part.act("replace")
    expect(burnt).toEqual([true, false])
})

test("a dead-man timer tells whether it is alive, and how often it fell", () => {
    const { part } = partOnBench(context => new Deadman(context))
    expect(part.observe()).toEqual({ alive: false, falls: 0 })
    part.setDrive(true)
    expect(part.observe()).toEqual({ alive: true, falls: 0 })
    part.setDrive(false)
    expect(part.observe()).toEqual({ alive: false, falls: 1 })
})
