/** What a device makes of a memory that answers, and does not keep what it is given. */
import { beforeEach, describe, expect, test } from "vitest"
import type { Json } from "../../simulators/trace"
import { Phone } from "./phone"
import { type Rig, rig } from "./rig"

interface Subject {
    name: string
    board: string
    /** The button at which a person stands. */
    touch: string
    /** What shows that no output does what could harm. */
    safe: [part: string, shows: Record<string, Json>]
}

const SUBJECTS: Subject[] = [
    { name: "gas-valve", board: "valve_pico", touch: "button", safe: ["valve", { state: "shut" }] },
    { name: "doorbell", board: "doorbell_c3", touch: "release", safe: ["strike", { state: "locked" }] },
]

interface Fault {
    does: string
    action: string
    argument?: Json
    undo: string
    undoArgument?: Json
    /** Of the device's own words about it. */
    says: RegExp
}

const NOT_KEPT = /FRAM at address 80 does not keep what is written: see its WP pin, or replace it \(15, \d+\)/
const FAULTS: Fault[] = [
    { does: "write-protected", action: "protect", undo: "unprotect", says: NOT_KEPT },
    { does: "stale", action: "go-stale", undo: "refresh", says: NOT_KEPT },
    ...[16_384, 8192].map(size => ({
        does: `of ${size} bytes`,
        action: "fit",
        argument: size,
        undo: "fit",
        undoArgument: 32_768,
        says: new RegExp(`FRAM at address 80 is too small: fit one of 32768 bytes \\(16, ${size / 256}\\)`),
    })),
]

describe.each(SUBJECTS)("$name, with a memory", ({ name, board, touch, safe: [output, isSafe] }) => {
    let device: Rig
    beforeEach(async () => {
        device = await rig(name, board)
    })

    const said = (words: RegExp) => device.log.some(line => words.test(line))

    test.each(FAULTS)(
        "$does, at the start: safe by Storage, says which part, and works again with a sound one",
        fault => {
            device.act("fram", fault.action, fault.argument)
            device.boot()
            device.press(touch)
            expect(device.register("state")).toEqual({ state: "Safe", cause: "Storage" })
            expect(device.see(output)).toMatchObject(isSafe)
            expect(said(fault.says)).toBe(true)

            device.act("fram", fault.undo, fault.undoArgument)
            device.run(5)
            expect(device.register("state")).toEqual({ state: "Normal", cause: "None" })
        },
    )

    test.each(FAULTS.slice(0, 2))(
        "$does, at work: what is asked for is refused, and the outputs are safe",
        async fault => {
            const phone = new Phone(device, "Anna")
            device.boot()
            await phone.claim(touch)
            expect(await phone.people()).toHaveLength(1)
            device.act("fram", fault.action, fault.argument)
            expect(await phone.disable(true)).toBe("Storage")
            device.run(2)
            expect(device.register("state")).toEqual({ state: "Safe", cause: "Storage" })
            expect(device.see(output)).toMatchObject(isSafe)
            expect(said(fault.says)).toBe(true)
        },
    )
})
