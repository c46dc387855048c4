/** What can be found out about a unit: a closed list, each with its words. docs/troubleshooting.md has them all. */
import type { Place } from "./place"

/** `doubtful`: it works, and something speaks against it. `unknown`: it could not be looked at. */
export type Verdict = "healthy" | "fault" | "doubtful" | "unknown"

/** What the words are made of. */
export interface Circumstances {
    place: Place
    /** Where the part was looked for, as "0x50". */
    address: string
    /** Who else acknowledges, as "0x51, 0x68"; "nobody" if none does. */
    others: string
    /** What the device adds: a number in hex, a name, a refusal. */
    detail: string
}

export interface Kind {
    part: string
    verdict: Verdict
    /** What was seen. */
    saw: (circumstances: Circumstances) => string
    /** What to measure or do. */
    next?: (circumstances: Circumstances) => string
}

export interface Finding {
    id: FindingId
    part: string
    verdict: Verdict
    saw: string
    next?: string
}

const MEMORY = "record memory (FRAM)"
const ELEMENT = "secure element"
const BUS = "I2C bus"
const PROGRAM = "program"

const lines = ({ sda, scl }: Place) => `${sda} and ${scl}`

export const KINDS = {
    // The way to the unit

    silent: {
        part: "board",
        verdict: "fault",
        saw: ({ detail }) => `nothing answers, not even the runtime${detail && ` (${detail})`}`,
        next: ({ place }) =>
            `it can be no power, a cable without data lines, another board at this port, or a runtime that hangs because a line of its I2C bus is held low: measure the supply first; then ${lines(place)}, which idle at 3.3 V; then switch the board off and on while this command looks for it`,
    },
    fellSilent: {
        part: BUS,
        verdict: "fault",
        saw: () => "the runtime was heard after the start, and fell silent when its program began to use the bus",
        next: ({ place }) =>
            `a line is held low, and the runtime waits for it without end: measure ${lines(place)}, which idle at 3.3 V; take off the parts one by one until the line rises, then look for a short and for a missing pull-up`,
    },
    noProgram: {
        part: PROGRAM,
        verdict: "fault",
        saw: () => "the runtime answers, and has no program",
        next: () =>
            'install one: "domovoi update" with the last good package goes on where an update was interrupted; a unit in the factory is programmed anew',
    },
    programSilent: {
        part: PROGRAM,
        verdict: "fault",
        saw: ({ detail }) => `the runtime answers, its program does not (SHA-256 ${detail})`,
        next: () =>
            "either it ends as soon as it starts, or the loader does not let it run, because memory or element do not vouch for it: read the runtime's own log over USB (devs devtools) for 1 minute; then bring the last good package with domovoi update",
    },
    program: {
        part: PROGRAM,
        verdict: "healthy",
        saw: ({ detail }) => detail,
    },
    oldProgram: {
        part: PROGRAM,
        verdict: "unknown",
        saw: () => "its firmware tells nothing of its parts: it has no register faults",
        next: () => "update the firmware, and ask again",
    },

    // The I2C bus

    bus: {
        part: BUS,
        verdict: "fault",
        saw: () => "nobody acknowledges at any address, although the board has more than one part",
        next: ({ place }) =>
            `what all parts share is to blame: measure ${place.supply} at the parts, the pull-ups of ${lines(place)} to 3.3 V, and whether the two lines are exchanged or shorted`,
    },
    memory: {
        part: MEMORY,
        verdict: "healthy",
        saw: ({ address }) => `answers at ${address} and keeps what is written`,
    },
    settings: {
        part: "record store",
        verdict: "doubtful",
        saw: () => "the records lie in the runtime's settings, which any peer can write and a power cut can wipe",
        next: () => "for a unit that leaves the laboratory, fit a FRAM and build the program with FramSlots",
    },
    memoryAbsent: {
        part: MEMORY,
        verdict: "fault",
        saw: ({ address, others }) =>
            `has not answered since the start: nobody acknowledges at ${address}; elsewhere ${others}`,
        next: ({ place }) =>
            `measure 3.3 V at its ${place.supply}; check the pull-ups on ${lines(place)}, and its solder joints; then replace it`,
    },
    memoryLost: {
        part: MEMORY,
        verdict: "fault",
        saw: ({ address, others }) => `answered after the start and does no more at ${address}; elsewhere ${others}`,
        next: ({ place }) =>
            `look for a loose contact or a supply that falls in: watch ${place.supply} and ${place.sda} while you press on part and connector; then switch off and on`,
    },
    memoryElsewhere: {
        part: MEMORY,
        verdict: "fault",
        saw: ({ address, others }) => `nobody acknowledges at ${address}, but somebody does at ${others}`,
        next: () =>
            "its address pins A0 to A2 have to be low: measure 0 V at each of them, and look for one that is not soldered",
    },
    memoryProtected: {
        part: MEMORY,
        verdict: "fault",
        saw: ({ address, detail }) =>
            `acknowledges at ${address} what is written, and reads as something else (first near offset ${detail})`,
        next: () => "measure its pin WP: it has to be at 0 V; if it is, the part is worn or false: replace it",
    },
    memorySmall: {
        part: MEMORY,
        verdict: "fault",
        saw: ({ address, detail }) => `the part at ${address} has ${detail} bytes, and its addresses wrap`,
        next: () => "fit one of 32,768 bytes (MB85RC256V): read the marking on the part",
    },
    recordsDamaged: {
        part: "records",
        verdict: "fault",
        saw: ({ address }) => `the memory at ${address} answers and keeps what is written, and its records do not read`,
        next: () =>
            "they were changed or belong to another unit: put the unit's own memory back if it was exchanged; otherwise the unit goes back to its maker, who makes it anew under another serial number",
    },

    // The secure element

    element: { part: ELEMENT, verdict: "healthy", saw: ({ address }) => `answers at ${address}, and is locked` },
    elementFlaky: {
        part: ELEMENT,
        verdict: "doubtful",
        saw: ({ address, detail }) => `answers at ${address}, but had to be asked again since the start (${detail})`,
        next: ({ place }) =>
            `shorten the wires, and measure the edges of ${lines(place)}: pull-ups of 2.2 to 4.7 kΩ, and 100 nF beside the part`,
    },
    elementUnasked: {
        part: ELEMENT,
        verdict: "unknown",
        saw: () => "was not asked yet: the program needs its memory first",
        next: () => "see to the memory, and ask again",
    },
    elementAbsent: {
        part: ELEMENT,
        verdict: "fault",
        saw: ({ address, others }) =>
            `has not answered since the start: nobody acknowledges the wake-up at ${address}; elsewhere ${others}`,
        next: ({ place }) =>
            `measure 3.3 V at its ${place.supply}; check the pull-ups on ${lines(place)}; measure that ${place.scl} runs at 100 kHz; then replace it by one as delivered, under another serial number`,
    },
    elementTooFast: {
        part: ELEMENT,
        verdict: "fault",
        saw: ({ address, place }) =>
            `nobody acknowledges the wake-up at ${address}, and the bus runs at ${place.kHz} kHz: that wakes no such part`,
        next: () => 'say "kHz": 100 under "i2c" in the board file, build, and install; SDA has to be low for 60 µs',
    },
    elementLost: {
        part: ELEMENT,
        verdict: "fault",
        saw: ({ address, others }) => `answered after the start and does no more at ${address}; elsewhere ${others}`,
        next: ({ place }) =>
            `look for a loose contact or a supply that falls in: watch ${place.supply} and ${place.sda} while you press on the part; then switch off and on`,
    },
    elementElsewhere: {
        part: ELEMENT,
        verdict: "fault",
        saw: ({ address, others }) => `nobody acknowledges the wake-up at ${address}, but somebody does at ${others}`,
        next: () =>
            "it is a part with an address of its own (a TrustFLEX or Trust&GO has 0x36 or 0x35): fit an ATECC608B as delivered, with 0x60",
    },
    elementNonsense: {
        part: ELEMENT,
        verdict: "fault",
        saw: ({ address, detail }) =>
            `somebody acknowledges at ${address} and does not answer as an ATECC608B: its first byte is ${detail}`,
        next: () =>
            "read the marking on the part: another kind may sit at this address; take off whatever else is on the bus",
    },
    elementNoise: {
        part: ELEMENT,
        verdict: "fault",
        saw: ({ address }) => `answers at ${address}, and the checksums of its answers are wrong, three times in a row`,
        next: ({ place }) =>
            `measure the edges of ${lines(place)}: pull-ups of 2.2 to 4.7 kΩ, short wires, 100 nF beside the part; then replace it`,
    },
    elementBusy: {
        part: ELEMENT,
        verdict: "fault",
        saw: ({ address, detail }) => `took the command ${detail} at ${address} and never answered it`,
        next: ({ place }) =>
            `it hangs: switch the unit off and on; if it comes again, watch ${place.supply} during the command (16 mA), then replace the part`,
    },
    elementAsleep: {
        part: ELEMENT,
        verdict: "fault",
        saw: ({ address, detail }) => `woke at ${address}, and took the command ${detail} no more`,
        next: ({ place }) =>
            `its supply breaks down when it works: watch ${place.supply} during a command (16 mA), and fit 100 nF beside it`,
    },
    elementBroken: {
        part: ELEMENT,
        verdict: "fault",
        saw: ({ address, detail }) => `the part at ${address} says that it is broken (status ${detail})`,
        next: () => "replace it by one as delivered, and make the unit anew under another serial number",
    },
    elementRefuses: {
        part: ELEMENT,
        verdict: "fault",
        saw: ({ address, detail }) => `the part at ${address} refuses what this device needs of it (status ${detail})`,
        next: () =>
            "it was configured for something else, or has no key: fit one as delivered, and make the unit anew under another serial number",
    },
    elementConfiguration: {
        part: ELEMENT,
        verdict: "fault",
        saw: ({ address, detail }) =>
            `the part at ${address} is locked with another configuration (word ${detail} differs)`,
        next: () => "that is final: fit one as delivered",
    },
    elementNew: {
        part: ELEMENT,
        verdict: "fault",
        saw: ({ address }) => `the part at ${address} is as delivered: its configuration is open`,
        next: () =>
            'a unit in the factory: "domovoi provision --lock"; a unit that had its identity has another element now: put its own back',
    },
    elementOpen: {
        part: ELEMENT,
        verdict: "fault",
        saw: ({ address }) => `the part at ${address} is configured, and its key can still be replaced`,
        next: () => 'its provisioning was interrupted: "domovoi provision --lock" finishes it',
    },

    // Who it is

    identity: { part: "identity", verdict: "healthy", saw: ({ detail }) => `valid: serial number ${detail}` },
    identityMissing: {
        part: "identity",
        verdict: "fault",
        saw: () => "none yet: the unit is in the factory",
        next: () => 'give it one with "domovoi provision"',
    },
    identityForeign: {
        part: "identity",
        verdict: "fault",
        saw: () => "the certificate in the memory is for another key than the unit has",
        next: () =>
            "secure element or memory were exchanged: put the unit's own back; if they are gone, the unit goes back to its maker",
    },
    identityDamaged: {
        part: "identity",
        verdict: "fault",
        saw: () => "records or certificates were changed or lost by something else than this device",
        next: () =>
            "the memory was written by another, or is another unit's: put the unit's own back; otherwise the unit goes back to its maker",
    },
    identityUnknown: {
        part: "identity",
        verdict: "unknown",
        saw: () => "the device has not come to look at it",
        next: () => "see to what else is found here first, and ask again",
    },
    proof: { part: "certificate", verdict: "healthy", saw: ({ detail }) => `proves its key, by ${detail}` },
    proofUnchecked: {
        part: "certificate",
        verdict: "unknown",
        saw: () => "was not checked: no authority was given",
        next: () => "give --ca, the manufacturer's authority or its certificate",
    },
    clock: {
        part: "clock of this machine",
        verdict: "doubtful",
        saw: ({ detail }) => `the certificate is not valid now: ${detail}`,
        next: () =>
            "compare the clock of this machine with another, set it, and ask again; if it is right, the one of the factory was wrong",
    },
    testUnit: {
        part: "certificate",
        verdict: "doubtful",
        saw: () => "says that this is a test unit: others may have its key",
        next: () =>
            "use it in the laboratory only, with --allow-test-units; a unit for a home is made anew on its board",
    },
    proofRefused: {
        part: "certificate",
        verdict: "fault",
        saw: ({ detail }) => `does not hold: ${detail}`,
        next: () => "look whether --ca is the authority of this unit's maker; if it is, do not trust the unit",
    },

    // What it is doing

    update: { part: "updates", verdict: "healthy", saw: ({ detail }) => detail },
    updateUnderway: {
        part: "updates",
        verdict: "doubtful",
        saw: ({ detail }) => `one is under way (${detail})`,
        next: () => 'wait until it has ended; if nobody is at it, "domovoi update" with the same package finishes it',
    },
    updateRefused: {
        part: "updates",
        verdict: "doubtful",
        saw: ({ detail }) => `the last one was refused (${detail})`,
        next: () => "docs/troubleshooting.md says what to do about each reason",
    },
    updateReverting: {
        part: "updates",
        verdict: "fault",
        saw: ({ detail }) => `the program may not run, and waits for the last good one (${detail})`,
        next: () => 'bring the last good package, or a newer one that is good, with "domovoi update"',
    },
    role: {
        part: "module",
        verdict: "fault",
        saw: ({ detail }) => `nothing on the Jacdac bus is what the program calls "${detail}"`,
        next: () =>
            "plug the module in; check its cable and the 5 V of the connector; the module's own light blinks when it is alive",
    },
    roleUnpowered: {
        part: "module",
        verdict: "unknown",
        saw: ({ detail }) =>
            `what the program calls "${detail}" could not be looked for: it has power only while the device records`,
        next: () =>
            "let the device record, with its owner's consent and the privacy switch closed; if its state says Module then, check the module's plug, its cable and its supply",
    },
    log: { part: "event log", verdict: "healthy", saw: ({ detail }) => `whole, ${detail} entries` },
    logDoubtful: {
        part: "event log",
        verdict: "fault",
        saw: ({ detail }) => `not whole: ${detail}`,
        next: () => 'keep it with "domovoi log pull", and take the unit for tampered with until the reason is known',
    },
    logUnread: {
        part: "event log",
        verdict: "unknown",
        saw: ({ detail }) => `could not be read: ${detail}`,
        next: () => "ask again when the unit has nothing else to do",
    },
    cause: {
        part: "state",
        verdict: "fault",
        saw: ({ detail }) => `not Normal, because of ${detail}`,
    },
} as const satisfies Record<string, Kind>

export type FindingId = keyof typeof KINDS

/** A finding in words. */
export function finding(id: FindingId, circumstances: Circumstances): Finding {
    const { part, verdict, saw, next }: Kind = KINDS[id]
    return { id, part, verdict, saw: saw(circumstances), ...(next && { next: next(circumstances) }) }
}
