import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { Cause, causeNumber, SENSOR_CAUSES } from "../../../src/core/failsafe/cause"
import {
    type DeclaredOutput,
    FailSafe,
    type Level,
    type PersonsWord,
    Releaser,
    SafetyState,
} from "../../../src/core/failsafe/fail-safe"
import { ALL_CAUSES, Model, namesIn } from "./model"
import { OWNER, PERSON } from "./words"

/** `FAILSAFE_EVENTS=1000000 npx vitest run test/core/failsafe` is the whole campaign. */
const EVENTS = Number(process.env.FAILSAFE_EVENTS ?? 50_000)
const SEQUENCE = 100
const LEVELS: Level[] = [0, 1]

const valve: DeclaredOutput = {
    safeLevel: 0,
    forcedBy: Cause.Starting | Cause.Hazard | Cause.Tamper | Cause.Owner | SENSOR_CAUSES,
    latchedBy: Cause.Hazard | Cause.Tamper,
    releasedBy: Releaser.Person,
    withinMs: 1000,
}
/** A fan that has to run when nothing is known. */
const fan: DeclaredOutput = {
    safeLevel: 1,
    forcedBy: Cause.Starting | Cause.Hazard,
    latchedBy: 0,
    releasedBy: Releaser.Person,
    withinMs: 5000,
}
const lock: DeclaredOutput = {
    safeLevel: 0,
    forcedBy: Cause.Tamper,
    latchedBy: Cause.Tamper,
    releasedBy: Releaser.Owner,
    withinMs: 500,
}

function started(...outputs: DeclaredOutput[]): FailSafe {
    const machine = new FailSafe(outputs)
    machine.tell(Cause.Starting, 0)
    return machine
}

test("every cause is a bit of its own, numbered by its place", () => {
    expect(ALL_CAUSES).toHaveLength(20)
    expect(ALL_CAUSES.map(causeNumber)).toEqual(ALL_CAUSES.map((_, i) => i + 1))
    expect(causeNumber(0)).toBe(0)
    expect(causeNumber(Cause.Tamper | Cause.Owner)).toBe(causeNumber(Cause.Tamper))
    expect(causeNumber(-0x80000000)).toBe(31)
})

describe("state", () => {
    const { Normal, Degraded, Safe, Lockdown } = SafetyState
    test.each<[string, DeclaredOutput[], number, SafetyState, number]>([
        ["no cause", [valve], 0, Normal, 0],
        ["a cause that forces nothing", [valve], Cause.Network, Degraded, Cause.Network],
        ["a cause that forces an output", [valve], Cause.SensorStuck, Safe, Cause.SensorStuck],
        ["one that forces one of two", [valve, fan], Cause.SensorStuck, Safe, Cause.SensorStuck],
        ["tamper, where it forces an output", [valve], Cause.Tamper, Lockdown, Cause.Tamper],
        ["tamper, where it forces none", [fan], Cause.Tamper, Degraded, Cause.Tamper],
        ["disabled by the owner", [valve], Cause.Owner, Lockdown, Cause.Owner],
        ["gas in an opened case", [valve], Cause.Hazard | Cause.Tamper, Lockdown, Cause.Tamper],
        ["gas without network", [valve], Cause.Network | Cause.Hazard, Safe, Cause.Hazard],
        ["a lower number that forces nothing", [valve], Cause.Module | Cause.SensorStuck, Safe, Cause.SensorStuck],
        ["no outputs at all", [], Cause.Crash, Degraded, Cause.Crash],
    ])("%s", (_, outputs, present, state, leading) => {
        const machine = started(...outputs)
        machine.tell(-1, present)
        expect(machine.state()).toBe(state)
        expect(machine.leadingCause()).toBe(causeNumber(leading))
        expect(machine.causes()).toBe(present)
    })

    test("a device starts safe, and is released when it has seen enough", () => {
        const machine = new FailSafe([valve, fan])
        expect(machine.state()).toBe(SafetyState.Safe)
        expect([machine.levelOf(0, 1), machine.levelOf(1, 0)]).toEqual([0, 1])
        machine.tell(Cause.Starting, 0)
        expect(machine.state()).toBe(SafetyState.Normal)
        expect([machine.levelOf(0, 1), machine.levelOf(1, 0)]).toEqual([1, 0])
    })

    test("a start can latch too: then somebody has to be there after every power cycle", () => {
        const machine = started({ ...lock, forcedBy: Cause.Starting, latchedBy: Cause.Starting })
        expect(machine.heldBy(0)).toBe(Cause.Starting)
        expect(machine.release(0, OWNER)).toBe(true)
    })
})

describe("one cause never hides another", () => {
    test("of any two, each is told of beside the other and goes by itself", () => {
        for (const first of ALL_CAUSES)
            for (const second of ALL_CAUSES) {
                const machine = started({ ...valve, forcedBy: -1, latchedBy: 0 })
                machine.tell(first, first)
                machine.tell(second, second)
                expect(machine.heldBy(0)).toBe(first | second)
                machine.tell(second, 0)
                expect(machine.heldBy(0)).toBe(first & ~second)
            }
    })

    test("what was not observed stays as it was", () => {
        const machine = started(valve)
        machine.tell(Cause.Tamper, -1)
        machine.tell(SENSOR_CAUSES, Cause.SensorRange)
        machine.tell(SENSOR_CAUSES, 0)
        expect(machine.causes()).toBe(Cause.Tamper)
    })
})

describe("release", () => {
    test("takes every forcing cause gone and a person", () => {
        const machine = started(valve)
        machine.tell(Cause.Hazard | Cause.SensorStuck, -1)
        expect(machine.release(0, PERSON)).toBe(false)
        machine.tell(Cause.Hazard, 0)
        expect(machine.release(0, PERSON)).toBe(false)
        machine.tell(Cause.SensorStuck, 0)
        expect(machine.levelOf(0, 1)).toBe(0)
        expect(machine.release(0, PERSON)).toBe(true)
        expect(machine.levelOf(0, 1)).toBe(1)
    })

    test("takes the owner where the owner has to come", () => {
        const machine = started(lock)
        machine.tell(Cause.Tamper, -1)
        machine.tell(Cause.Tamper, 0)
        expect(machine.release(0, PERSON)).toBe(false)
        expect(machine.release(0, OWNER)).toBe(true)
    })

    test("of one output leaves the others held", () => {
        const machine = started(valve, lock)
        machine.tell(Cause.Tamper, -1)
        machine.tell(Cause.Tamper, 0)
        expect(machine.release(0, PERSON)).toBe(true)
        expect(machine.heldBy(1)).toBe(Cause.Tamper)
        expect(machine.state()).toBe(SafetyState.Lockdown)
    })

    test("lets go of nothing that is there still, though it forces nothing itself", () => {
        const machine = started({ ...valve, forcedBy: Cause.Hazard, latchedBy: Cause.Hazard | Cause.Module })
        machine.tell(Cause.Module, -1)
        expect(machine.release(0, PERSON)).toBe(false)
        machine.tell(Cause.Module, -1)
        expect(machine.heldBy(0)).toBe(Cause.Module)
        machine.tell(Cause.Module, 0)
        expect(machine.release(0, PERSON)).toBe(true)
    })

    test("is not needed where nothing latches", () => {
        const machine = started(fan)
        machine.tell(Cause.Hazard, -1)
        machine.tell(Cause.Hazard, 0)
        expect(machine.heldBy(0)).toBe(0)
    })

    test("is still needed after a power cycle, also by firmware with one more output", () => {
        const machine = started(valve)
        machine.tell(Cause.Hazard, -1)
        const later = new FailSafe([valve, lock])
        later.restore(machine.save())
        later.tell(Cause.Starting, 0)
        expect(later.heldBy(0)).toBe(Cause.Hazard)
        expect(later.heldBy(1)).toBe(0)
    })

    test("is needed by each output for all that could have latched it, if what was saved is damaged", () => {
        const later = started(valve, fan, lock)
        later.restore(Buffer.alloc(0))
        expect([0, 1, 2].map(output => later.heldBy(output))).toEqual([valve.latchedBy, 0, lock.latchedBy])
    })
})

test("a machine that finds nothing new counts no change, and one that takes up what was saved does", () => {
    const machine = started(valve)
    machine.tell(Cause.Hazard, -1)
    const { changes } = machine
    machine.tell(Cause.Hazard, -1)
    expect(machine.changes).toBe(changes)
    machine.restore(Buffer.alloc(4))
    machine.restore(Buffer.alloc(0))
    expect(machine.changes).toBe(changes + 2)
})

type Event =
    | { do: "tell"; observed: number; present: number }
    | { do: "release"; output: number; by: PersonsWord }
    | { do: "powerCycle" }

const causes = fc.subarray(ALL_CAUSES).map(list => list.reduce((set, cause) => set | cause, 0))
const output: fc.Arbitrary<DeclaredOutput> = fc
    .record({
        safeLevel: fc.constantFrom<Level>(0, 1),
        forcedBy: causes,
        latches: causes,
        releasedBy: fc.constantFrom(Releaser.Person, Releaser.Owner),
    })
    .map(({ latches, ...rest }) => ({ ...rest, latchedBy: rest.forcedBy & latches, withinMs: 1000 }))
const cause = fc.constantFrom(...ALL_CAUSES)
const event: fc.Arbitrary<Event> = fc.oneof(
    { weight: 4, arbitrary: cause.map(one => ({ do: "tell" as const, observed: one, present: one })) },
    { weight: 6, arbitrary: cause.map(one => ({ do: "tell" as const, observed: one, present: 0 })) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("tell" as const), observed: causes, present: causes }) },
    {
        weight: 6,
        arbitrary: fc.record({
            do: fc.constant("release" as const),
            output: fc.nat({ max: 2 }),
            by: fc.constantFrom(PERSON, OWNER),
        }),
    },
    { weight: 1, arbitrary: fc.constant({ do: "powerCycle" as const }) },
)

/** Plays events on a machine and on the model, and compares everything that can be asked after each. @returns states seen */
function play(outputs: DeclaredOutput[], events: Event[], machine = new FailSafe(outputs)): Set<string> {
    const model = new Model(outputs)
    const seen = new Set<string>()
    for (const event of events) {
        const before = picture(machine)
        const { changes } = machine
        if (event.do === "tell") {
            machine.tell(event.observed, event.present)
            model.tell(event.observed, event.present)
        } else if (event.do === "release") {
            machine.release(event.output, event.by)
            model.release(event.output, event.by)
        } else {
            const saved = machine.save()
            machine = new FailSafe(outputs)
            machine.restore(saved)
            model.powerCycle()
        }
        if (event.do !== "powerCycle" && picture(machine) !== before && machine.changes === changes)
            throw new Error("a change that is not counted")
        for (let i = 0; i < outputs.length; i++) {
            const { safeLevel, forcedBy } = outputs[i]
            const forced = [...namesIn(forcedBy)].some(name => model.present.has(name))
            for (const wanted of LEVELS) {
                const level = machine.levelOf(i, wanted)
                if (forced && level !== safeLevel) throw new Error(`output ${i} is unsafe while a cause forces it`)
                if (level !== model.level(i, wanted)) throw new Error(`output ${i}: ${level} where ${wanted} is wanted`)
            }
            same(namesIn(machine.heldBy(i)), model.heldBy(i))
        }
        same(namesIn(machine.causes()), model.causes())
        const state = SafetyState[machine.state()]
        if (state !== model.state()) throw new Error(`${state} instead of ${model.state()}`)
        seen.add(state)
    }
    return seen
}

/** All that can be asked of a machine. */
const picture = (machine: FailSafe) => `${machine.causes()} ${machine.state()} ${machine.save().toString("hex")}`

function same(one: Set<string>, other: Set<string>): void {
    if (one.size !== other.size || [...one].some(name => !other.has(name)))
        throw new Error(`${[...one]} instead of ${[...other]}`)
}

describe("machine and model", () => {
    test("agree over random events, and no output is unsafe while a cause forces it", () => {
        const seen = new Set<string>()
        fc.assert(
            fc.property(
                fc.array(output, { minLength: 3, maxLength: 3 }),
                fc.array(event, { minLength: SEQUENCE, maxLength: SEQUENCE }),
                (outputs, events) => {
                    for (const state of play(outputs, events)) seen.add(state)
                },
            ),
            { numRuns: Math.ceil(EVENTS / SEQUENCE), seed: 20_261_201 },
        )
        expect([...seen].sort()).toEqual(["Degraded", "Lockdown", "Normal", "Safe"])
    })

    class Forgetful extends FailSafe {
        override tell(observed: number, present: number): void {
            super.tell(observed | Cause.Tamper, present)
        }
    }
    class Hasty extends FailSafe {
        override release(output: number): boolean {
            return super.release(output, OWNER)
        }
    }
    class Deaf extends FailSafe {
        override levelOf(_: number, wanted: Level): Level {
            return wanted
        }
    }
    class Silent extends FailSafe {
        override tell(observed: number, present: number): void {
            super.tell(observed, present)
            this.changes = 0
        }
    }
    test.each([Forgetful, Hasty, Deaf, Silent])("a broken machine is found out: %o", Broken => {
        expect(() =>
            fc.assert(
                fc.property(fc.array(event, { minLength: SEQUENCE }), events => {
                    const outputs = [valve, fan, lock]
                    play(outputs, events, new Broken(outputs))
                }),
                { seed: 1, endOnFailure: true },
            ),
        ).toThrow()
    })
})
