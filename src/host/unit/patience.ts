/**
 * How long a unit is waited for: the one place. The figures are of an RP2040 at 125 MHz that runs the upstream firmware in an emulator
 * (docs/serial.md has them); all limits follow from these.
 */

/** From the power, or the end of a program, to the first announcement of the one that starts: 1.8 s; after an exception 5.25 s more. */
export const START_MS = 8_000
/** The longest silence of a unit that will speak again: a panic of the runtime resets the chip after 8.4 s, and it starts within 1.8 s. */
export const SILENCE_MS = 12_000
/** The runtime announces itself twice a second, whatever its program does. */
export const RUNTIME_MS = 5_000
/** A board that is reset by the opening of its port needs about 2 s until it answers. */
export const FIRST_ANSWER_MS = 5_000

/** So much longer than alone a unit may take that has a bus full of readings and other hosts' requests to see to. */
const BUSY_FACTOR = 20
/** An answer that is not there after so many times what it takes alone was lost, or its question was. */
const LOST_FACTOR = 2
const QUICK_MS = 500

/** How one question is waited for. */
export interface Patience {
    /** Asked again after every so long. Undefined: what was asked must not happen twice. */
    againMs: number | undefined
    /** Given up after so long, although the unit is heard. */
    limitMs: number
}

export const REGISTER = patience({ ms: QUICK_MS, repeatable: true })
/** A packet that the runtime itself acknowledges. It erases flash for up to 150 ms meanwhile, and writes it. */
export const ACKNOWLEDGEMENT: Patience = { againMs: 200, limitMs: SILENCE_MS }
/** Starts over when it is heard again, and hears nothing while it erases room for the program: 45 ms for each 4 KiB. */
export const DEPLOYMENT: Patience = { againMs: 4_000, limitMs: SILENCE_MS * 2 }

/** What a command takes. */
interface Work {
    /** Alone, with the key in software. */
    ms: number
    /** Whether the unit ends as it would have if it hears the command once more after it has carried it out. */
    repeatable: boolean
    /** The refusal by which it says then that it has; by default it answers as it did the first time. */
    doneSays?: string
}

const SIGNATURE: Work = { ms: 5_500, repeatable: true }
const QUICK: Work = { ms: QUICK_MS, repeatable: true }
const ONCE: Work = { ms: QUICK_MS, repeatable: false }

/** Commands of services/domovoi.md that may be repeated, or take long. Any other is waited for as one that may not. */
const WORK: Readonly<Record<string, Work>> = {
    read: QUICK,
    find_parts: QUICK,
    // A challenge is fresh when it is sent first.
    attest: { ...SIGNATURE, doneSays: "ChallengeUsed" },
    sign_log: SIGNATURE,
    grant_update: SIGNATURE,
    create_key: SIGNATURE,
    write_certificates: QUICK,
    write_pairing_secret: QUICK,
    keep_identity: { ms: 1_000, repeatable: true, doneSays: "AlreadyProvisioned" },
    keep_program: QUICK,
    lock_element: { ms: 1_000, repeatable: false },
    write_update: QUICK,
    // What is still worked on is answered nothing when it comes again.
    exchange: { ms: 2_000, repeatable: true },
}

export function patienceFor(command: string): Patience {
    return patience(workOf(command))
}

/** Whether a unit that is asked once more says by this refusal that it has carried the command out. */
export function saysDone(command: string, refusal: unknown): boolean {
    const { doneSays } = workOf(command)
    return doneSays !== undefined && refusal === doneSays
}

function workOf(command: string): Work {
    return Object.hasOwn(WORK, command) ? WORK[command] : ONCE
}

function patience({ ms, repeatable }: Work): Patience {
    return { againMs: repeatable ? ms * LOST_FACTOR : undefined, limitMs: Math.max(ms * BUSY_FACTOR, SILENCE_MS) }
}

/** How long a unit that answers that it is busy is asked again: as long as another's request may take; and the time in between. */
export const BUSY_MS = SIGNATURE.ms * BUSY_FACTOR
export const BUSY_PAUSE_MS = 500
