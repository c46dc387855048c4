export enum ExitStatus {
    Ok = 0,
    /** An expectation of the world failed. */
    Failed = 1,
    BadInput = 2,
}
