import { ELEMENT_LIMIT, ELEMENT_STRIDE } from "../../../src/core/identity/element-counters"
import type { FloorCounter } from "../../../src/core/ports"

/** The counter of a secure element: it takes what the device's own does, one step after the other, and can be stopped at any of them. */
export class Element implements FloorCounter {
    readonly limit = ELEMENT_LIMIT
    readonly stride = ELEMENT_STRIDE
    /** Steps until it throws, before that step; it goes on throwing until this is set anew. */
    stepsLeft = Number.POSITIVE_INFINITY
    /** Steps done in its life. */
    steps = 0

    constructor(public value = 0) {}

    async read(): Promise<number> {
        return this.value
    }

    async raise(to: number): Promise<void> {
        if (to > this.limit || to - this.value > this.stride)
            throw new Error(`argument: cannot be raised from ${this.value} to ${to}`)
        while (this.value < to) {
            if (this.stepsLeft === 0) throw new Error("the element does not answer")
            this.stepsLeft--
            this.steps++
            this.value++
        }
    }
}
