import type { Counter } from "../../../src/core/ports"

/** A counter that lasts as long as the program: it runs in the VM, too. */
export class MemoryCounter implements Counter {
    value = 0

    async read(): Promise<number> {
        return this.value
    }

    async raise(to: number): Promise<void> {
        if (to > this.value) this.value = to
    }
}
