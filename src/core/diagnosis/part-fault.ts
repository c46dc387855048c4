/** What was seen of a part on the I2C bus that failed. The numbers are those of services/domovoi.md. */
export enum PartFault {
    None = 0,

    // Of an element these may go away by themselves: it is tried again.

    /** Nobody acknowledges at its address. */
    NoAnswer = 1,
    /** It took a command and did not answer it in twice its time. */
    Busy = 2,
    /** An answer whose checksum is wrong, or a command that came to it damaged. */
    Checksum = 3,
    /** What it answers begins in none of the ways in which it answers. */
    Nonsense = 4,
    /** It fell asleep in the middle: its watchdog allows about a second for everything. */
    Asleep = 5,
    /** A computation on the curve failed. */
    Curve = 6,

    // An element's own word

    /** It does not know the command, or not with these parameters. */
    Parse = 7,
    /** Its state or its configuration does not allow it. */
    Execution = 8,
    /** Its self-test or its random source failed. */
    SelfTest = 9,
    /** A signature is none of this message under this key. */
    Miscompare = 10,
    /** A status that the datasheet does not have. */
    UnknownStatus = 11,

    // What the driver finds

    /** Its configuration zone is open: random numbers are a fixed pattern, keys cannot be made. */
    NotLocked = 12,
    /** Its configuration is not the one of docs/secure-element.md, and locked. */
    WrongConfiguration = 13,
    /** An argument has a wrong size or is out of range; nothing was sent. */
    Argument = 14,
    /** A memory that acknowledges what is written and reads as something else. */
    NotKept = 15,
    /** A memory that is smaller than it has to be: its addresses wrap. */
    TooSmall = 16,
}

/** The last one that may go away by itself. */
export const LAST_PASSING = PartFault.Curve

/** Where the four bytes of a part are in the register `faults`: what was seen first since it last answered, address, detail, history. */
export const MEMORY_AT = 0
export const ELEMENT_AT = 4
export const FAULTS_BYTES = 8

/** The fourth byte. */
export enum PartHistory {
    /** It has not answered since the program started. */
    NeverAnswered = 0,
    /** It had answered before. */
    HadAnswered = 1,
    /** It has answered since, or never failed. */
    Answers = 2,
}
