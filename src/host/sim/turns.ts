/** Lets whoever has a name do one thing at a time, and counts how many are at work, and not waiting. */
export class Turns {
    readonly #last = new Map<string, Promise<unknown>>()
    #atWork = 0

    get busy(): boolean {
        return this.#atWork > 0
    }

    /** @param work begins when all that this name was given before is done */
    async inTurn<T>(name: string, work: () => Promise<T>): Promise<T> {
        const before = this.#last.get(name) ?? Promise.resolve()
        const done = before.then(async () => {
            this.#atWork++
            try {
                return await work()
            } finally {
                this.#atWork--
            }
        })
        this.#last.set(
            name,
            done.catch(() => {}),
        )
        return await done
    }

    /** To be called at work: somebody, or a device, is waited for. */
    async waitFor<T>(awaited: Promise<T>): Promise<T> {
        this.#atWork--
        try {
            return await awaited
        } finally {
            this.#atWork++
        }
    }
}
