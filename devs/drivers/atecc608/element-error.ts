/** Why the secure element did not do it. */
export type ElementFault =
    /** It acknowledges nothing: it is missing, without power, or broken. */
    | "noAnswer"
    /** It took a command and did not answer it in time. */
    | "busy"
    /** A packet was damaged on its way. */
    | "badCrc"
    /** It fell asleep in the middle: its watchdog allows about a second for everything. */
    | "asleep"
    /** It does not know the command, or not with these parameters. */
    | "parseError"
    /** Its state or its configuration does not allow it. */
    | "executionError"
    /** A computation on the curve failed. */
    | "eccFault"
    /** Its self-test or its random source failed. */
    | "selfTest"
    /** A signature is none of this message under this key. */
    | "miscompare"
    /** A status that the datasheet does not have. */
    | "unknownStatus"
    /** Its configuration zone is open: random numbers are a fixed pattern, keys cannot be made. */
    | "notLocked"
    /** Its configuration is not the one of docs/secure-element.md, and locked. */
    | "wrongConfiguration"
    /** An argument has a wrong size or is out of range; nothing was sent. */
    | "argument"

export class ElementError extends Error {
    readonly fault: ElementFault

    constructor(fault: ElementFault, message: string) {
        super(`secure element: ${message} (${fault})`)
        this.name = "ElementError"
        this.fault = fault
    }
}
