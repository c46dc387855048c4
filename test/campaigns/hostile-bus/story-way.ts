import { programDeviceId } from "../../../simulators/bus/frame"
import type { FieldValue } from "../../../simulators/bus/service-spec"
import { US_PER_MS } from "../../../simulators/clock"
import { CommandCaller } from "../../../simulators/world/command-caller"
import type { SessionWay } from "../../../src/host/session/paired-unit"
import { SERVICES } from "../../../src/host/unit/service-specs"
import { LinkError } from "../../../src/host/unit/unit-link"
import type { Rig } from "../../firmware/rig"

/** An answer that is not there by then was lost, or its question was; and when it is given up. In milliseconds. */
const AGAIN_MS = 700
const LIMIT_MS = 8_000

/** The bus for somebody who waits for answers while the story goes on without them. */
export class StoryWay implements SessionWay {
    readonly #unit: Rig
    readonly #device: string
    readonly #caller: CommandCaller
    readonly #stirred: () => void
    /** What is waited for, by what ends it. */
    readonly #waiting = new Set<(report?: Record<string, FieldValue>) => void>()
    #ended = false

    /** @param stirred is told whenever somebody has what they waited for, and has something to do now */
    constructor(unit: Rig, name: string, stirred: () => void) {
        this.#unit = unit
        this.#stirred = stirred
        this.#device = programDeviceId(unit.board.deviceId)
        this.#caller = new CommandCaller(unit.bus, SERVICES.domovoi, name)
        this.#caller.listen(this.#device, "exchange", report => {
            for (const end of [...this.#waiting]) end(report)
        })
    }

    /** The story is over: nobody waits any longer. */
    end(): void {
        this.#ended = true
        for (const end of [...this.#waiting]) end()
    }

    /** @param command `exchange` */
    async call(command: string, values: Record<string, FieldValue> = {}): Promise<Record<string, FieldValue>> {
        const { clock } = this.#unit
        const untilUs = clock.nowUs + LIMIT_MS * US_PER_MS
        for (;;) {
            this.#caller.call(this.#device, command, values)
            const report = await this.#heardWithin(AGAIN_MS)
            if (report) return report
            if (this.#ended || clock.nowUs >= untilUs) throw new LinkError(`${command}: no answer`)
        }
    }

    async wait(ms: number): Promise<void> {
        const untilUs = this.#unit.clock.nowUs + ms * US_PER_MS
        while (!this.#ended && this.#unit.clock.nowUs < untilUs)
            await this.#heardWithin((untilUs - this.#unit.clock.nowUs) / US_PER_MS)
        if (this.#ended) throw new LinkError("the story is over")
    }

    /** @returns the next report that anybody is sent; undefined if none comes in time */
    #heardWithin(ms: number): Promise<Record<string, FieldValue> | undefined> {
        if (this.#ended) return Promise.resolve(undefined)
        return new Promise(resolve => {
            const end = (report?: Record<string, FieldValue>) => {
                this.#waiting.delete(end)
                this.#stirred()
                resolve(report)
            }
            this.#waiting.add(end)
            this.#unit.clock.after(Math.ceil(ms * US_PER_MS), () => {
                if (this.#waiting.has(end)) end()
            })
        })
    }
}
