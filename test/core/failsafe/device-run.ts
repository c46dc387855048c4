import { Arbiter } from "../../../src/core/failsafe/arbiter"
import { Cause, SENSOR_CAUSES } from "../../../src/core/failsafe/cause"
import { FailSafe, type Level, Releaser } from "../../../src/core/failsafe/fail-safe"
import { SensorJudge } from "../../../src/core/failsafe/sensor-judge"
import type { Draws } from "../crypto/random-run"
import { OWNER, PERSON } from "./words"

export const SAFETY_EVENTS = 1000
export const SAFETY_SEED = 20_261_203

const OUTPUTS = [
    {
        safeLevel: 0 as Level,
        forcedBy: Cause.Starting | Cause.Hazard | SENSOR_CAUSES,
        latchedBy: Cause.Hazard,
        releasedBy: Releaser.Person,
        withinMs: 1000,
    },
    {
        safeLevel: 1 as Level,
        forcedBy: Cause.Tamper | Cause.Owner,
        latchedBy: Cause.Tamper,
        releasedBy: Releaser.Owner,
        withinMs: 500,
    },
]
const LIMITS = { min: 0, max: 100, maxAgeMs: 2000, maxPerSecond: 20.5, stuckAfterMs: 3000 }

/** Plays random events on machine, judge and arbiter. @returns a byte for each thing that can be seen of them */
export class SafetyRun {
    private machine = new FailSafe(OUTPUTS)
    private readonly judge = new SensorJudge(LIMITS)
    private readonly arbiter = new Arbiter(0)
    private readonly draws: Draws
    private nowMs = 0

    constructor(draws: Draws) {
        this.draws = draws
    }

    step(): Buffer {
        const { draws, judge, arbiter } = this
        this.nowMs += draws.below(500)
        const choice = draws.below(10)
        if (choice < 4) this.machine.tell(1 << draws.below(20), draws.below(3) === 0 ? -1 : 0)
        else if (choice < 5) this.machine.release(draws.below(2), draws.below(2) ? OWNER : PERSON)
        else if (choice < 8) judge.observe(draws.below(1200) / 10 - 5, this.nowMs)
        else if (choice < 9) this.command()
        else this.powerCycle()
        this.machine.tell(SENSOR_CAUSES, judge.faults(this.nowMs))
        const { machine } = this
        const wanted = arbiter.wanted(this.nowMs)
        const causes = machine.causes()
        return Buffer.from([
            machine.state(),
            machine.leadingCause(),
            causes & 255,
            (causes >> 8) & 255,
            (causes >> 16) & 255,
            machine.levelOf(0, wanted),
            machine.levelOf(1, wanted),
            wanted,
        ])
    }

    private command(): void {
        const atMs = this.nowMs - this.draws.below(300)
        const untilMs = atMs + this.draws.below(5000)
        const byPerson = this.draws.below(2) === 0
        const level = this.draws.below(2) as Level
        this.arbiter.take({ byPerson: byPerson, atMs: atMs, untilMs: untilMs, level: level })
    }

    private powerCycle(): void {
        const saved = this.machine.save()
        this.machine = new FailSafe(OUTPUTS)
        this.machine.restore(saved)
    }
}
