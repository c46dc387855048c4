/** Why the record store refuses. */
export type StoreFault =
    /** The name is empty, too long, or holds something other than printable ASCII. */
    | "name"
    /** The value is too long. */
    | "size"
    /** Every slot that may hold a record is taken. */
    | "full"
    /** No copy of the record is readable. */
    | "corrupt"
    /** The memory does not answer, or the store has not been mounted. */
    | "memory"
    /** The record was changed by something else than this device, or belongs to another one. */
    | "seal"
    /** The memory has been written more often than the store can count. */
    | "worn"

export class StoreError extends Error {
    readonly fault: StoreFault

    constructor(fault: StoreFault, message: string) {
        super(message)
        this.name = "StoreError"
        this.fault = fault
    }
}
