import { describe, expect, test } from "vitest"
import { jacdac } from "../../../simulators/bus/jacdac"
import { camera } from "../../../simulators/parts/camera"
import { buttonModule, switchModule } from "../../../simulators/parts/contact-module"
import { gasSensor } from "../../../simulators/parts/gas-sensor"
import { microphone } from "../../../simulators/parts/microphone"
import type { BusModule } from "../../../simulators/parts/module"
import { buzzerModule, lightBulbModule, relayModule } from "../../../simulators/parts/output-module"
import type { PartContext } from "../../../simulators/parts/part"
import { temperatureSensor } from "../../../simulators/parts/temperature-sensor"
import { partOnBench } from "./bench"

const ANNOUNCE = 0
const READING = 0x101
const STREAMING_SAMPLES = 0x003

function powered(build: (context: PartContext) => BusModule) {
    const bench = partOnBench(build)
    bench.part.setPower(true)
    bench.elapse(50)
    return bench
}

const modules = {
    "button-module": { build: buttonModule, serviceClass: jacdac.SRV_BUTTON },
    "buzzer-module": { build: buzzerModule, serviceClass: jacdac.SRV_BUZZER },
    camera: { build: camera, serviceClass: 0x1d0a7a30 },
    "gas-sensor": { build: gasSensor, serviceClass: 0x1d0a7a20 },
    "light-bulb-module": { build: lightBulbModule, serviceClass: jacdac.SRV_LIGHT_BULB },
    microphone: { build: microphone, serviceClass: jacdac.SRV_SOUND_LEVEL },
    "relay-module": { build: relayModule, serviceClass: jacdac.SRV_RELAY },
    "switch-module": { build: switchModule, serviceClass: jacdac.SRV_SWITCH },
    "temperature-sensor": { build: temperatureSensor, serviceClass: jacdac.SRV_TEMPERATURE },
}

describe.each(Object.entries(modules))("every bus module: %s", (kind, { build, serviceClass }) => {
    test("announces its service while it has power and cable, and starts anew each time", () => {
        const { part, elapse, probe, id } = partOnBench(build)
        expect(part.kind).toBe(kind)
        const announced = (ms: number) => {
            probe.forget()
            elapse(ms)
            const own = probe.of(ANNOUNCE).filter(({ deviceId }) => deviceId === id)
            return own.map(({ payload }) => payload[0] & 0xf)
        }
        expect(part.observe()).toMatchObject({ present: false })
        expect(announced(1_000)).toEqual([])

        part.setPower(true)
        expect(part.observe()).toMatchObject({ present: true })
        expect(announced(1_200)).toEqual([1, 2, 3])
        const services = jacdac.jdunpack(probe.of(ANNOUNCE)[0].payload, "u32 u32[]")[1]
        expect(services).toEqual([serviceClass])

        part.act("unplug")
        expect(part.observe()).toMatchObject({ present: false })
        expect(announced(1_000)).toEqual([])
        part.setPower(false)
        part.act("plug")
        expect(announced(1_000)).toEqual([])
        part.setPower(true)
        expect(announced(700)).toEqual([1, 2])
    })

    test("answers nothing without power", () => {
        const { part, elapse, probe, id } = powered(build)
        part.setPower(false)
        probe.forget()
        probe.get(id, 0, jacdac.ControlReg.DeviceDescription)
        probe.get(id, 1, READING)
        elapse(1_000)
        expect(probe.heard).toEqual([])
    })
})

describe.each([
    { build: gasSensor, format: "u16.16", initial: 0, value: 12.5, nonsense: 65535, tooMuch: 101, tooLittle: -1 },
    {
        build: temperatureSensor,
        format: "i22.10",
        initial: 20,
        value: -7.25,
        nonsense: -127,
        tooMuch: 126,
        tooLittle: -56,
    },
])("a sensor of $format", ({ build, format, initial, value, nonsense, tooMuch, tooLittle }) => {
    const streaming = () => {
        const bench = powered(build)
        bench.probe.set(bench.id, 1, STREAMING_SAMPLES, "u8", [255])
        bench.elapse(150)
        return bench
    }

    test("tells what there is to measure", () => {
        const { part, elapse, probe } = streaming()
        expect(probe.value(READING, format)).toBe(initial)
        part.act("set", value)
        elapse(100)
        expect(probe.value(READING, format)).toBe(value)
        expect(part.observe()).toEqual({ present: true, reading: value })
    })

    test("cannot be set to what it does not measure", () => {
        const { part } = streaming()
        for (const wrong of [tooMuch, tooLittle, "much", null])
            expect(() => part.act("set", wrong)).toThrow("board.part: set:")
        expect(part.observe()).toMatchObject({ reading: initial })
    })

    test("broken tells nonsense or nothing, and repaired tells the truth again", () => {
        const { part, elapse, probe } = streaming()
        part.act("fail", "nonsense")
        elapse(100)
        expect(probe.value(READING, format)).toBe(nonsense)
        part.act("fail", "silence")
        probe.forget()
        elapse(1_000)
        expect(probe.of(0x1000 | READING)).toEqual([])
        expect(probe.of(ANNOUNCE).length).toBeGreaterThan(0)
        expect(part.observe()).toEqual({ present: true, reading: null })
        part.act("repair")
        elapse(200)
        expect(probe.value(READING, format)).toBe(initial)
    })

    test("frozen goes on telling what it measured then", () => {
        const { part, elapse, probe } = streaming()
        part.act("fail", "frozen")
        part.act("set", value)
        elapse(200)
        expect(probe.value(READING, format)).toBe(initial)
        part.act("repair")
        elapse(200)
        expect(probe.value(READING, format)).toBe(value)
    })

    test("keeps what it measures over a loss of power, but streams only when asked anew", () => {
        const { part, elapse, probe, id } = streaming()
        part.act("set", value)
        part.setPower(false)
        part.setPower(true)
        probe.forget()
        elapse(1_000)
        expect(probe.of(0x1000 | READING)).toEqual([])
        probe.get(id, 1, READING)
        elapse(20)
        expect(probe.value(READING, format)).toBe(value)
    })
})

describe("a microphone", () => {
    test("tells the level, and nothing but silence while it is switched off", () => {
        const { part, elapse, probe, id } = powered(microphone)
        part.act("set", 0.5)
        const level = () => {
            probe.get(id, 1, READING)
            elapse(10)
            return probe.value(READING, "u0.16")
        }
        expect(level()).toBeCloseTo(0.5, 4)
        probe.set(id, 1, jacdac.SoundLevelReg.Enabled, "u8", [0])
        expect(level()).toBe(0)
        part.setPower(false)
        part.setPower(true)
        elapse(10)
        expect(level()).toBeCloseTo(0.5, 4)
        expect(() => part.act("set", 2)).toThrow("board.part: set:")
    })
})

describe("a camera", () => {
    const CAPTURE = 0x80
    const FRAMES_TAKEN = 0x180

    test("takes a picture, reports and counts it", () => {
        const { part, elapse, probe, id, entries } = powered(camera)
        part.act("cover")
        probe.send(id, 1, CAPTURE)
        elapse(30)
        expect(part.observe()).toMatchObject({ frames: 0 })
        elapse(100)
        probe.get(id, 1, FRAMES_TAKEN)
        elapse(10)
        const [report] = probe.of(CAPTURE).filter(({ deviceId }) => deviceId === id)
        expect(jacdac.jdunpack(report.payload, "u32")).toEqual([1])
        expect(probe.value(FRAMES_TAKEN, "u32")).toBe(1)
        expect(entries.find(({ kind }) => kind === "picture")).toMatchObject({ frame: 1, covered: true })
    })

    test("takes one picture at a time", () => {
        const { part, elapse, probe, id } = powered(camera)
        for (let i = 0; i < 3; i++) probe.send(id, 1, CAPTURE)
        elapse(500)
        expect(part.observe()).toEqual({ present: true, frames: 1, covered: false })
    })

    test("takes none when its power goes, and numbers from 1 again when it is back", () => {
        const { part, elapse, probe, id } = powered(camera)
        probe.send(id, 1, CAPTURE)
        elapse(100)
        probe.send(id, 1, CAPTURE)
        elapse(10)
        part.setPower(false)
        elapse(1_000)
        expect(part.observe()).toMatchObject({ present: false, frames: 1 })
        part.setPower(true)
        elapse(10)
        probe.forget()
        probe.send(id, 1, CAPTURE)
        elapse(100)
        const reports = probe.of(CAPTURE).filter(({ deviceId }) => deviceId === id)
        expect(reports.map(({ payload }) => jacdac.jdunpack(payload, "u32")[0])).toEqual([1])
        expect(part.observe()).toMatchObject({ frames: 2 })
    })

    test("says how large its pictures are", () => {
        const { elapse, probe, id } = powered(camera)
        probe.get(id, 1, 0x181)
        probe.get(id, 1, 0x182)
        elapse(10)
        expect([probe.value(0x181, "u16"), probe.value(0x182, "u16")]).toEqual([1600, 1200])
    })
})

describe("modules with a contact", () => {
    test("a button module tells of presses, and of none that it did not see for lack of power", () => {
        const { part, elapse, probe } = powered(buttonModule)
        part.act("press")
        elapse(100)
        expect(part.observe()).toEqual({ present: true, pressed: true })
        part.act("release")
        elapse(100)
        expect(probe.events(jacdac.ButtonEvent.Down)).toHaveLength(3)
        expect(probe.events(jacdac.ButtonEvent.Up)).toHaveLength(3)
        part.setPower(false)
        probe.forget()
        part.act("press")
        part.act("release")
        elapse(100)
        part.setPower(true)
        elapse(200)
        expect(probe.events(jacdac.ButtonEvent.Down)).toEqual([])
    })

    test("a switch module tells where it stands, also where it was put without power", () => {
        const { part, elapse, probe, id } = powered(switchModule)
        part.setPower(false)
        part.act("close")
        part.setPower(true)
        elapse(100)
        probe.get(id, 1, READING)
        elapse(10)
        expect(probe.value(READING, "u8")).toBe(1)
        expect(probe.events(jacdac.SwitchEvent.On)).toHaveLength(3)
    })
})

describe("modules with an output", () => {
    test("a relay module opens when its power goes, and stays open when it is back", () => {
        const { part, elapse, probe, id } = powered(relayModule)
        probe.set(id, 1, jacdac.RelayReg.Active, "u8", [1])
        elapse(10)
        expect(part.observe()).toEqual({ present: true, contact: "no" })
        part.setPower(false)
        expect(part.observe()).toEqual({ present: false, contact: "nc" })
        part.setPower(true)
        elapse(10)
        expect(part.observe()).toEqual({ present: true, contact: "nc" })
    })

    test("a light bulb module dims, and goes dark with its power", () => {
        const { part, elapse, probe, id } = powered(lightBulbModule)
        probe.set(id, 1, jacdac.LightBulbReg.Brightness, "u0.16", [0.25])
        elapse(10)
        expect(part.observe()).toMatchObject({ lit: true })
        expect(part.observe().brightness).toBeCloseTo(0.25, 4)
        part.setPower(false)
        expect(part.observe()).toEqual({ present: false, lit: false, brightness: 0 })
    })

    test("a buzzer module sounds, and falls silent with its power", () => {
        const { part, elapse, probe, id } = powered(buzzerModule)
        probe.send(id, 1, jacdac.BuzzerCmd.PlayTone, jacdac.jdpack("u16 u16 u16", [2000, 1000, 5000]))
        elapse(10)
        expect(part.observe()).toEqual({ present: true, sounding: true, count: 1 })
        part.act("unplug")
        expect(part.observe()).toEqual({ present: false, sounding: false, count: 1 })
    })
})
