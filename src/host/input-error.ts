/** A request that cannot be carried out as it was made. The message says what is wrong, where, and what to do, on one line. */
export class InputError extends Error {
    constructor(message: string) {
        super(message)
        this.name = "InputError"
    }
}
