import { describe, expect, test } from "vitest"
import { Cause, DEVICE_CAUSES } from "../../../src/core/failsafe/cause"
import { FailSafe } from "../../../src/core/failsafe/fail-safe"
import { SensorPin } from "../../../src/core/failsafe/sensor-pin"
import { GAS_SENSOR, GAS_VALVE, GasControl } from "../../../src/core/rules/gas-valve"
import { PERSON } from "../failsafe/words"

const VALVE = 0
const CYCLE_MS = 50
const OWN = "00000000000000aa/1"
const OTHER = "00000000000000aa/2"

/** A sensor that was set up with the module `OWN`. */
function pinned(): SensorPin {
    const sensor = new SensorPin(GAS_SENSOR)
    sensor.restore(OWN, false)
    return sensor
}

/** A valve that works, with a sensor that says something every cycle unless it is silent. */
class Valve {
    readonly failSafe = new FailSafe([GAS_VALVE])
    readonly control: GasControl
    level = 0
    nowMs = 0

    constructor(readonly sensor = pinned()) {
        this.control = new GasControl(this.failSafe, VALVE, sensor)
        this.failSafe.tell(DEVICE_CAUSES, 0)
    }

    cycle(percentLel: number | "silent" = 0, press?: "press"): this {
        this.nowMs += CYCLE_MS
        if (percentLel !== "silent") this.control.observe(OWN, percentLel, this.nowMs)
        this.level = this.control.step(press && PERSON, false, this.nowMs)
        return this
    }

    /** Another module says something. */
    other(percentLel: number): this {
        this.control.observe(OTHER, percentLel, this.nowMs)
        return this
    }

    silent(ms: number): this {
        for (let passed = 0; passed < ms; passed += CYCLE_MS) this.cycle("silent")
        return this
    }

    get causes(): number {
        return this.failSafe.causes()
    }
}

const open = () => new Valve().cycle(0).cycle(0, "press")

describe("a valve in clear air", () => {
    test("opens at a press, stays open, and shuts at the next", () => {
        const valve = open()
        expect(valve.level).toBe(1)
        expect(valve.cycle().cycle().level).toBe(1)
        expect(valve.cycle(0, "press").level).toBe(0)
        expect(valve.cycle(0, "press").level).toBe(1)
        expect(valve.causes).toBe(0)
    })

    test("does not open before the sensor has said anything", () => {
        const valve = new Valve().cycle("silent", "press")
        expect(valve.level).toBe(0)
        expect(valve.causes).toBe(Cause.SensorAbsent)
        expect(valve.cycle().level).toBe(0)
    })
})

test.each([
    [9.99, 0],
    [10, Cause.Hazard],
    [100, Cause.Hazard | Cause.SensorRate],
    [-0.1, Cause.SensorRange],
    [100.1, Cause.SensorRange | Cause.SensorRate],
    [65535.99, Cause.SensorRange | Cause.SensorRate],
    [Number.NaN, Cause.SensorRange],
])("a reading of %s %%LEL after 0: causes %i, shut if there are any", (percentLel, causes) => {
    const valve = open().cycle(percentLel)
    expect(valve.causes).toBe(causes)
    expect(valve.level).toBe(causes === 0 ? 1 : 0)
})

describe("gas", () => {
    test("holds the valve until it is gone and a press has acknowledged it; that press does not open", () => {
        const valve = open().cycle(10)
        expect(valve.cycle(10, "press").causes).toBe(Cause.Hazard)
        expect(valve.cycle(5).causes).toBe(Cause.Hazard)
        expect(valve.cycle(5, "press")).toMatchObject({ causes: 0, level: 0 })
        expect(valve.cycle(5).level).toBe(0)
        expect(valve.cycle(5, "press").level).toBe(1)
    })

    test("is not acknowledged while nobody knows whether it is gone", () => {
        const valve = open().cycle(10).silent(2100)
        expect(valve.causes).toBe(Cause.Hazard | Cause.SensorAbsent)
        expect(valve.cycle("silent", "press").cycle(0).causes).toBe(Cause.Hazard)
        expect(valve.cycle(0, "press").causes).toBe(0)
    })

    test("that comes too suddenly to be believed is gas all the same, also when it goes as suddenly", () => {
        const valve = open().cycle(60)
        expect(valve.causes).toBe(Cause.Hazard | Cause.SensorRate)
        expect(valve.cycle(0).cycle(0).causes).toBe(Cause.Hazard)
    })
})

describe("a reading that was held up on the way", () => {
    test.each([300, 2500, Infinity])(
        "and tells of gas acts at once, %s ms old, and until a press acknowledges it",
        oldMs => {
            const valve = open()
            valve.control.observe(OWN, 20, valve.nowMs - oldMs)
            expect(valve.failSafe.heldBy(VALVE)).toBe(Cause.Hazard)
            expect(valve.cycle("silent").level).toBe(0)
            expect(valve.cycle(0).cycle(0)).toMatchObject({ level: 0, causes: Cause.Hazard })
            expect(valve.cycle(0, "press").cycle(0, "press").level).toBe(1)
        },
    )

    test("acts at once whichever module says it, and if the next one takes it back", () => {
        const valve = open().other(20)
        expect(valve.failSafe.heldBy(VALVE)).toBe(Cause.Hazard)
        const other = open()
        other.control.observe(OWN, 10, other.nowMs)
        expect(other.cycle(0)).toMatchObject({ level: 0, causes: Cause.Hazard })
    })

    test("and tells of clear air is as old as it is", () => {
        const valve = open()
        const { nowMs } = valve
        for (let ms = 0; ms < 2500; ms += CYCLE_MS) {
            valve.control.observe(OWN, 0, nowMs)
            valve.cycle("silent")
        }
        expect(valve).toMatchObject({ level: 0, causes: Cause.SensorAbsent })
    })
})

describe("a sensor at fault", () => {
    test("shuts the valve, which opens at a press when it is well again, and not by itself", () => {
        const valve = open().silent(2000)
        expect(valve.level).toBe(1)
        expect(valve.cycle("silent")).toMatchObject({ level: 0, causes: Cause.SensorAbsent })
        expect(valve.cycle("silent", "press").level).toBe(0)
        expect(valve.cycle(0)).toMatchObject({ level: 0, causes: 0 })
        expect(valve.cycle(0, "press").level).toBe(1)
    })
})

describe("another module", () => {
    test.each([10, 100])(
        "that tells of %s %%LEL shuts the valve, until 2 s later a press acknowledges it",
        percentLel => {
            const valve = open().other(percentLel).cycle()
            expect(valve).toMatchObject({ level: 0, causes: Cause.Hazard })
            for (let ms = 2 * CYCLE_MS; ms < 2000; ms += CYCLE_MS) valve.cycle(0, "press")
            expect(valve.causes).toBe(Cause.Hazard)
            expect(valve.cycle().causes).toBe(Cause.Hazard)
            expect(valve.cycle(0, "press")).toMatchObject({ level: 0, causes: 0 })
            expect(valve.cycle(0, "press").level).toBe(1)
        },
    )

    test.each([0, 9.99, 100.01, 65535, -1, Number.NaN])("that tells of %s %%LEL changes nothing", percentLel => {
        expect(open().other(percentLel).cycle()).toMatchObject({ level: 1, causes: 0 })
    })

    test("whose air is clear hides neither gas nor silence", () => {
        const valve = open().cycle(20).other(0).cycle("silent")
        expect(valve).toMatchObject({ level: 0, causes: Cause.Hazard })
        for (let ms = 0; ms <= 2000; ms += CYCLE_MS) valve.other(0).cycle("silent")
        expect(valve.causes).toBe(Cause.Hazard | Cause.SensorAbsent)
    })
})

describe("a valve that was never set up", () => {
    const fresh = () => {
        const sensor = new SensorPin(GAS_SENSOR)
        sensor.restore("", true)
        return new Valve(sensor)
    }

    test("is asked to open by the press that sets it up, and opens when that is kept", () => {
        const valve = fresh().cycle().cycle(0, "press").cycle()
        expect(valve.level).toBe(0)
        valve.sensor.restore(valve.sensor.chosen, false)
        expect(valve.cycle().level).toBe(1)
    })

    test("does not open if gas came before that was kept", () => {
        const valve = fresh().cycle().cycle(0, "press").cycle(20)
        valve.sensor.restore(valve.sensor.chosen, false)
        expect(valve.cycle(0).cycle(0)).toMatchObject({ level: 0, causes: Cause.Hazard })
    })
})

test.each([
    ["the device itself", DEVICE_CAUSES],
    ["the owner", Cause.Owner],
])("%s shuts the valve, and a press changes nothing", (_, causes) => {
    for (let bit = 1; bit <= causes; bit <<= 1) {
        if ((causes & bit) === 0) continue
        const valve = open()
        valve.failSafe.tell(bit, bit)
        expect(valve.cycle(0, "press").level).toBe(0)
        valve.failSafe.tell(bit, 0)
        expect(valve.cycle(0)).toMatchObject({ level: 0, causes: 0 })
    }
})

test("gas that was there counts as still there while the sensor is silent, also for an output that does not latch it", () => {
    const failSafe = new FailSafe([GAS_VALVE, { ...GAS_VALVE, forcedBy: Cause.Hazard, latchedBy: 0 }])
    failSafe.tell(DEVICE_CAUSES, 0)
    const control = new GasControl(failSafe, VALVE, pinned())
    control.observe(OWN, 20, 1000)
    control.step(undefined, false, 1000)
    expect(failSafe.heldBy(1)).toBe(Cause.Hazard)
    control.step(undefined, false, 60_000)
    expect(failSafe.heldBy(1)).toBe(Cause.Hazard)
    control.observe(OWN, 0, 120_000)
    control.step(undefined, false, 120_000)
    expect(failSafe.heldBy(1)).toBe(0)
})
