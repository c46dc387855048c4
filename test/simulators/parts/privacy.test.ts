import { describe, expect, test } from "vitest"
import { Board } from "../../../simulators/board/board"
import { loadBoard } from "../../../simulators/board/definition"
import { deviceIdOf } from "../../../simulators/bus/server"
import { US_PER_MS } from "../../../simulators/clock"
import { busOnBench } from "../bus/bench"
import { BusProbe } from "../bus/probe"

const BEAT_MS = 50

/** The doorbell's board with no program: the test itself drives the pins, as any firmware could, and beats until it is told to stop. */
function doorbell() {
    const { bus, clock, trace, random } = busOnBench()
    const definition = loadBoard("doorbell_c3", "boards")
    const board = new Board({ name: "door", definition, clock, bus, trace, random })
    const probe = new BusProbe(bus, clock)
    const elapse = (ms: number) => clock.runUntil(clock.nowUs + ms * US_PER_MS)
    /** Which of the modules announce themselves within a second. */
    const heard = () => {
        probe.forget()
        elapse(1_000)
        const ids = new Set(probe.heard.map(({ deviceId }) => deviceId))
        return ["microphone", "camera"].filter(part => ids.has(deviceIdOf(`door.${part}`)))
    }
    const gpio = (label: string) => definition.circuit.pins.get(label)!
    board.powerOn()
    // The runtime drives its start levels when it boots and again when it starts a program, 1.1 s later.
    elapse(2_000)
    const { wiring } = board
    let level: 0 | 1 = 0
    let beats = true
    const beat = () => {
        level = level === 0 ? 1 : 0
        wiring.drivePin(gpio("HEARTBEAT"), level)
        if (beats) clock.after(BEAT_MS * US_PER_MS, beat)
    }
    beat()
    const stopBeating = () => {
        beats = false
    }
    return { board, wiring, part: (name: string) => board.parts.get(name)!, heard, gpio, elapse, stopBeating }
}

describe("microphone and camera of the doorbell", () => {
    test("are absent until the firmware asks for their supply, and lit up while they have it", () => {
        const { wiring, part, heard, gpio } = doorbell()
        expect(heard()).toEqual([])
        expect(part("recording").observe()).toMatchObject({ lit: false })
        wiring.drivePin(gpio("CAPTURE"), 1)
        expect(heard()).toEqual(["microphone", "camera"])
        expect(part("recording").observe()).toMatchObject({ lit: true })
        expect(wiring.readPin(gpio("REC_SENSE"))).toBe(1)
    })

    test("are gone with the firmware, when its heartbeat has stopped for 0.5 s", () => {
        const { wiring, part, gpio, elapse, stopBeating } = doorbell()
        wiring.drivePin(gpio("CAPTURE"), 1)
        stopBeating()
        elapse(400)
        expect(part("camera").observe()).toMatchObject({ present: true })
        elapse(200)
        expect(part("camera").observe()).toMatchObject({ present: false })
        expect(part("recording").observe()).toMatchObject({ lit: false })
    })

    test("are gone the moment the privacy switch opens, whatever the firmware drives", () => {
        const { wiring, part, heard, gpio } = doorbell()
        wiring.drivePin(gpio("CAPTURE"), 1)
        part("kill").act("open")
        expect(part("camera").observe()).toMatchObject({ present: false })
        for (const label of ["CAPTURE", "KILL_SENSE", "REC_SENSE", "HEARTBEAT"]) wiring.drivePin(gpio(label), 1)
        expect(heard()).toEqual([])
        expect(part("recording").observe()).toMatchObject({ lit: false })
        part("kill").act("close")
        expect(heard()).toEqual(["microphone", "camera"])
    })

    test("have a supply that a burnt indicator betrays", () => {
        const { wiring, part, heard, gpio } = doorbell()
        part("recording").act("burn")
        wiring.drivePin(gpio("CAPTURE"), 1)
        expect(heard()).toContain("microphone")
        expect(part("recording").observe()).toMatchObject({ lit: false })
        expect(wiring.readPin(gpio("REC_SENSE"))).toBe(0)
        part("recording").act("replace")
        expect(wiring.readPin(gpio("REC_SENSE"))).toBe(1)
    })

    test("bounce in and out with the privacy switch, and settle with it", () => {
        const { wiring, part, heard, gpio } = doorbell()
        wiring.drivePin(gpio("CAPTURE"), 1)
        part("kill").act("open")
        part("kill").act("bounce", 30)
        expect(heard()).not.toEqual([])
        expect(heard()).toEqual([])
    })
})
