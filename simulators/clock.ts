/** Virtual time: a queue of events ordered by due time, then by the order in which they were scheduled. */

/** A scheduled event. Opaque to callers: keep it to cancel it. */
export interface Timer {
    readonly atUs: number
    readonly order: number
    run: (() => void) | undefined
}

/** Something that tells the time in integer microseconds since the world began and runs callbacks later. */
export interface Clock {
    readonly nowUs: number
    /** Runs `callback` at `atUs`, or at once (still through the queue) if that time is past. */
    at(atUs: number, callback: () => void): Timer
    after(delayUs: number, callback: () => void): Timer
    cancel(timer: Timer | undefined): void
}

export const US_PER_MS = 1000
export const US_PER_S = 1_000_000

export class VirtualClock implements Clock {
    nowUs = 0
    /** Binary min-heap. Cancelled timers stay until they surface. */
    readonly #heap: Timer[] = []
    #order = 0

    at(atUs: number, callback: () => void): Timer {
        const timer: Timer = { atUs: Math.max(this.nowUs, Math.ceil(atUs)), order: this.#order++, run: callback }
        const heap = this.#heap
        let i = heap.length
        heap.push(timer)
        while (i > 0) {
            const parent = (i - 1) >> 1
            if (!before(timer, heap[parent])) break
            heap[i] = heap[parent]
            i = parent
        }
        heap[i] = timer
        return timer
    }

    after(delayUs: number, callback: () => void): Timer {
        return this.at(this.nowUs + delayUs, callback)
    }

    cancel(timer: Timer | undefined): void {
        if (timer) timer.run = undefined
    }

    /** Due time of the next event, or undefined when nothing is scheduled. */
    get nextUs(): number | undefined {
        this.#dropCancelled()
        return this.#heap[0]?.atUs
    }

    /** Runs the next event if it is due at or before `untilUs`. Returns false, with the time moved to `untilUs`, when there is none. */
    step(untilUs: number): boolean {
        const next = this.nextUs
        if (next === undefined || next > untilUs) {
            this.nowUs = Math.max(this.nowUs, untilUs)
            return false
        }
        const timer = this.#pop()
        this.nowUs = timer.atUs
        const run = timer.run!
        timer.run = undefined
        run()
        return true
    }

    runUntil(untilUs: number): void {
        while (this.step(untilUs));
    }

    #dropCancelled(): void {
        while (this.#heap.length > 0 && !this.#heap[0].run) this.#pop()
    }

    #pop(): Timer {
        const heap = this.#heap
        const top = heap[0]
        const last = heap.pop()!
        const size = heap.length
        if (size > 0) {
            let i = 0
            for (;;) {
                let child = 2 * i + 1
                if (child >= size) break
                if (child + 1 < size && before(heap[child + 1], heap[child])) child++
                if (!before(heap[child], last)) break
                heap[i] = heap[child]
                i = child
            }
            heap[i] = last
        }
        return top
    }
}

function before(a: Timer, b: Timer): boolean {
    return a.atUs < b.atUs || (a.atUs === b.atUs && a.order < b.order)
}
