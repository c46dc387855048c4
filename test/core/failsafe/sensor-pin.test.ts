import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { Cause } from "../../../src/core/failsafe/cause"
import type { SensorLimits } from "../../../src/core/failsafe/sensor-judge"
import { CHOICE_FROM_MS, CHOICE_UNTIL_MS, SensorPin } from "../../../src/core/failsafe/sensor-pin"
import { RESET_PRESS_MS } from "../../../src/core/owner/long-press"
import { PERSON } from "./words"

const LIMITS: SensorLimits = { min: 0, max: 100, maxAgeMs: 2000, maxPerSecond: 1000 }
const CYCLE_MS = 50
const [A, B, C] = ["0a/1", "0b/1", "0a/2"]

/** A sensor in time: every 50 ms each module that is there says a reading, and the button is looked at. */
class Bench {
    readonly there = new Set<string>()
    down = false
    #wasDown = false
    #nowMs = 0

    constructor(readonly pin: SensorPin) {}

    run(ms: number): this {
        for (let passed = 0; passed < ms; passed += CYCLE_MS) {
            this.#nowMs += CYCLE_MS
            for (const module of this.there) this.pin.hear(module, 0, this.#nowMs)
            this.pin.choose(this.down && !this.#wasDown ? PERSON : undefined, this.down, this.#nowMs)
            this.#wasDown = this.down
        }
        return this
    }

    with(...modules: string[]): this {
        this.there.clear()
        for (const module of modules) this.there.add(module)
        return this.run(2100)
    }

    press(ms: number): this {
        this.down = true
        this.run(ms)
        this.down = false
        return this.run(CYCLE_MS)
    }

    get faults(): number {
        return this.pin.faults(this.#nowMs)
    }
}

function bench(module: string, fresh: boolean): Bench {
    const pin = new SensorPin(LIMITS)
    pin.restore(module, fresh)
    return new Bench(pin)
}
const isSetUp = () => bench(A, false)
const isNew = () => bench("", true)
const isDamaged = () => bench("", false)

describe("a sensor that was set up", () => {
    test("is sound by its own module, whoever else is heard", () => {
        expect(isSetUp().with(A).faults).toBe(0)
        expect(isSetUp().with(B, A, C).faults).toBe(0)
    })

    test("is absent without it, whoever else is heard", () => {
        for (const others of [[], [B], [C], [B, C]])
            expect(
                isSetUp()
                    .with(A)
                    .with(...others).faults,
            ).toBe(Cause.SensorAbsent)
    })

    test("tells which reading counts, and whom else it hears", () => {
        const { pin } = isSetUp()
        expect([pin.hear(A, 0, 1), pin.hear(B, 0, 2), pin.hear(C, 0, 3), pin.hear(A, 0, 4)]).toEqual([
            true,
            false,
            false,
            true,
        ])
        expect(pin.other).toBe(C)
    })

    test("takes no other by a short press, nor while its own is heard", () => {
        expect(isSetUp().with(B).press(200).pin.chosen).toBe("")
        expect(isSetUp().with(A, B).press(5000).pin.chosen).toBe("")
    })
})

describe("a sensor that was never set up", () => {
    test("is sound while exactly one module is heard", () => {
        expect(isNew().run(100).faults).toBe(Cause.SensorAbsent)
        expect(isNew().with(A).faults).toBe(0)
        expect(isNew().with(A, B).faults).toBe(Cause.SensorAbsent)
        expect(isNew().with(A, B).with(B).faults).toBe(0)
    })

    test("takes that one at a press, and none of several, and none that is gone", () => {
        expect(isNew().with(A).press(100).pin.chosen).toBe(A)
        expect(isNew().with(A, B).press(100).pin.chosen).toBe("")
        expect(isNew().with(A).with().press(100).pin.chosen).toBe("")
    })

    test("takes none without a press", () => {
        expect(isNew().with(A).run(20_000).pin.chosen).toBe("")
    })
})

describe("a sensor whose record is damaged", () => {
    test("is absent, and takes none at a short press", () => {
        const bench = isDamaged().with(A)
        expect(bench.faults).toBe(Cause.SensorAbsent)
        expect(bench.press(200).pin.chosen).toBe("")
    })

    test("takes the one that is heard by a long press", () => {
        expect(isDamaged().with(A).press(5000).pin.chosen).toBe(A)
    })
})

describe("a choice", () => {
    test("is over well before a factory reset begins", () => {
        expect(CHOICE_UNTIL_MS).toBeLessThanOrEqual(RESET_PRESS_MS - 2000)
    })

    test.each([
        [CHOICE_FROM_MS - CYCLE_MS, ""],
        [CHOICE_FROM_MS, B],
        [CHOICE_UNTIL_MS, B],
        [CHOICE_UNTIL_MS + CYCLE_MS, ""],
        [RESET_PRESS_MS + 1000, ""],
    ])("by a press of %s ms takes %j", (ms, chosen) => {
        expect(isSetUp().with(B).press(ms).pin.chosen).toBe(chosen)
    })

    test("can be seen coming", () => {
        const bench = isSetUp().with(B)
        bench.down = true
        expect(bench.run(CHOICE_FROM_MS).pin.ripe).toBe(false)
        expect(bench.run(CYCLE_MS).pin.ripe).toBe(true)
        expect(bench.run(CHOICE_UNTIL_MS - CHOICE_FROM_MS).pin.ripe).toBe(true)
        expect(bench.run(CYCLE_MS).pin.ripe).toBe(false)
        bench.down = false
        expect(bench.run(CYCLE_MS).pin.chosen).toBe("")
    })

    test.each([
        ["a second other", [B, C]],
        ["another one", [C]],
        ["its own", [A]],
        ["its own beside it", [A, B]],
        ["none", []],
    ])("is none if %s is heard meanwhile", (_, heard) => {
        const bench = isSetUp().with(B)
        bench.down = true
        bench.run(1000).with(...heard)
        bench.there.clear()
        bench.there.add(B)
        bench.run(2100)
        bench.down = false
        expect(bench.run(CYCLE_MS).pin.chosen).toBe("")
    })

    test("is none if the button was down before there was somebody to choose, or what was kept was read anew", () => {
        const late = isSetUp().with(A)
        late.down = true
        late.run(100).with(B).run(3000)
        late.down = false
        expect(late.run(CYCLE_MS).pin.chosen).toBe("")

        const anew = isSetUp().with(B)
        anew.down = true
        anew.run(3000).pin.restore(A, false)
        anew.run(2000)
        anew.down = false
        expect(anew.run(CYCLE_MS).pin.chosen).toBe("")
    })

    test("counts from when it is kept, and what it was among the others before is forgotten", () => {
        const bench = isSetUp().with(B).press(5000)
        expect(bench.pin).toMatchObject({ module: A, chosen: B, other: B })
        bench.pin.restore(B, false)
        expect(bench.pin).toMatchObject({ module: B, chosen: "", other: "" })
        expect(bench.run(CYCLE_MS).faults).toBe(0)
        expect(bench.with(A).faults).toBe(Cause.SensorAbsent)
    })
})

describe("while it is not kept yet whom somebody has chosen", () => {
    test.each([
        ["the first", () => isNew().with(A).press(100), A, B],
        ["another", () => isSetUp().with(B).press(5000), B, A],
        ["another that is silent by then", () => isSetUp().with(B).press(5000), B, C],
    ])("nobody else stands in for %s", (_, choose, chosen, other) => {
        const bench = choose()
        expect(bench.pin.chosen).toBe(chosen)
        bench.with(other).pin.restore(chosen, false)
        expect(bench.faults).toBe(Cause.SensorAbsent)
        expect(bench.with(chosen).faults).toBe(0)
    })

    test("nor the chosen one for the one before, if it cannot be kept", () => {
        const bench = isSetUp().with(B).press(5000).run(500)
        bench.pin.restore(A, false)
        expect(bench.faults).toBe(Cause.SensorAbsent)
    })
})

/** Whom a naive reader of the whole story would let choose, and when the sensor is there at all. */
interface Step {
    /** Who says something now. */
    said: number[]
    down: boolean
}

class Model {
    readonly #said: { module: string; atMs: number }[] = []
    readonly #free: (string | undefined)[] = []
    #pressedAt = -1

    constructor(readonly kept: string) {}

    /** @returns what is chosen now */
    step(said: readonly string[], wasDown: boolean, down: boolean, nowMs: number): string {
        for (const module of said) this.#said.push({ module, atMs: nowMs })
        this.#free.push(this.#alone(nowMs))
        const cycle = this.#free.length - 1
        if (down && !wasDown) this.#pressedAt = cycle
        if (down || this.#pressedAt < 0) return ""
        const held = this.#free.slice(this.#pressedAt)
        const heldMs = (cycle - this.#pressedAt) * CYCLE_MS
        this.#pressedAt = -1
        const same = held.every(module => module !== undefined && module === held[0])
        return same && heldMs >= CHOICE_FROM_MS && heldMs <= CHOICE_UNTIL_MS ? held[0]! : ""
    }

    absent(nowMs: number): boolean {
        return !this.#said.some(({ module, atMs }) => module === this.kept && nowMs - atMs <= LIMITS.maxAgeMs)
    }

    /** The only one that may be chosen: heard in the last 2 s, and no word of a third between or after its own in that time. */
    #alone(nowMs: number): string | undefined {
        if (!this.absent(nowMs)) return undefined
        const others = this.#said.filter(({ module }) => module !== this.kept)
        const last = others.at(-1)
        if (!last || nowMs - last.atMs > LIMITS.maxAgeMs) return undefined
        const changes = others.filter(({ module }, i) => i > 0 && module !== others[i - 1].module)
        const lastChange = changes.at(-1)
        return lastChange && nowMs < lastChange.atMs + LIMITS.maxAgeMs ? undefined : last.module
    }
}

/** @returns whether the machine and the model say the same all along this story */
function agree(pin: SensorPin, story: readonly Step[]): boolean {
    pin.restore(A, false)
    const model = new Model(A)
    let nowMs = 0
    let wasDown = false
    for (const { said, down } of story) {
        nowMs += CYCLE_MS
        const modules = said.map(i => [A, B, C][i])
        for (const module of modules) pin.hear(module, 0, nowMs)
        pin.choose(down && !wasDown ? PERSON : undefined, down, nowMs)
        const chosen = model.step(modules, wasDown, down, nowMs)
        wasDown = down
        if (pin.chosen !== chosen) return false
        if (((pin.faults(nowMs) & Cause.SensorAbsent) !== 0) !== model.absent(nowMs)) return false
        pin.chosen = ""
    }
    return true
}

/** Some time with the same modules about, each as often as it likes, and a button that stays as it is. */
const chapter = fc
    .record({
        about: fc.subarray([0, 1, 1, 1, 2]),
        everyNth: fc.integer({ min: 1, max: 45 }),
        down: fc.boolean(),
        cycles: fc.oneof(fc.integer({ min: 1, max: 200 }), fc.constantFrom(79, 80, 81, 159, 160, 161)),
    })
    .map(({ about, everyNth, down, cycles }): Step[] =>
        Array.from({ length: cycles }, (_, i) => ({ said: i % everyNth === 0 ? [...new Set(about)] : [], down })),
    )
const story = fc.array(chapter, { minLength: 2, maxLength: 12 }).map(chapters => chapters.flat())
const RUNS = { numRuns: 1500, seed: 20_261_129 }

test("in random stories it chooses what a naive reader of the whole story chooses", () => {
    fc.assert(
        fc.property(story, steps => agree(new SensorPin(LIMITS), steps)),
        RUNS,
    )
})

/** Some time, and then whether what was chosen is kept, cannot be, or has to wait; or its record is damaged. */
const keeping = fc.record({ steps: chapter, record: fc.constantFrom("kept", "kept", "failed", "waits", "damaged") })

test("in random stories, with whatever becomes of the record, it is there by the last word of the module that counts, and by nobody else's", () => {
    fc.assert(
        fc.property(fc.array(keeping, { minLength: 2, maxLength: 12 }), fc.boolean(), (chapters, fresh) => {
            const pin = new SensorPin(LIMITS)
            let kept = fresh ? "" : A
            let isFresh = fresh
            pin.restore(kept, isFresh)
            let nowMs = 0
            let wasDown = false
            /** Who said the last thing that counted, and when. */
            let speaker = ""
            let spokenMs = Number.NEGATIVE_INFINITY
            for (const { steps, record } of chapters) {
                for (const { said, down } of steps) {
                    nowMs += CYCLE_MS
                    for (const i of said)
                        if (pin.hear([A, B, C][i], 0, nowMs)) [speaker, spokenMs] = [[A, B, C][i], nowMs]
                    pin.choose(down && !wasDown ? PERSON : undefined, down, nowMs)
                    wasDown = down
                    const there = pin.module !== "" && (pin.faults(nowMs) & Cause.SensorAbsent) === 0
                    if (there && (speaker !== pin.module || nowMs - spokenMs > LIMITS.maxAgeMs)) return false
                }
                if (record === "waits") continue
                if (record === "kept" && pin.chosen !== "") [kept, isFresh] = [pin.chosen, false]
                if (record === "damaged") [kept, isFresh] = ["", false]
                if (record !== "kept" || pin.chosen !== "") pin.restore(kept, isFresh)
                const there = pin.module !== "" && (pin.faults(nowMs) & Cause.SensorAbsent) === 0
                if (there && speaker !== pin.module) return false
            }
            return true
        }),
        RUNS,
    )
})

/** What is wrong with it, and the sensor. */
const BROKEN: Record<string, () => SensorPin> = {
    "believes any module": () =>
        new (class extends SensorPin {
            override hear(_: string, reading: number, atMs: number) {
                return super.hear(this.module, reading, atMs)
            }
        })(LIMITS),
    "believes any service of its module": () =>
        new (class extends SensorPin {
            override hear(module: string, reading: number, atMs: number) {
                return super.hear(module === C ? A : module, reading, atMs)
            }
        })(LIMITS),
    "does not mind several": () =>
        new (class extends SensorPin {
            override hear(module: string, reading: number, atMs: number) {
                return super.hear(module === C ? B : module, reading, atMs)
            }
        })(LIMITS),
    "forgets what happened while the button was down": () =>
        new (class extends SensorPin {
            override choose(pressed: typeof PERSON | undefined, held: boolean, nowMs: number) {
                if (pressed || !held) super.choose(pressed, held, nowMs)
            }
        })(LIMITS),
    "takes it at once": () =>
        new (class extends SensorPin {
            override choose(pressed: typeof PERSON | undefined, _: boolean, nowMs: number) {
                super.choose(pressed, false, nowMs)
                if (pressed) this.chosen = this.other
            }
        })(LIMITS),
}

test.each(Object.keys(BROKEN))("the stories find out a sensor that %s", name => {
    const { failed } = fc.check(
        fc.property(story, steps => agree(BROKEN[name](), steps)),
        RUNS,
    )
    expect(failed).toBe(true)
})
