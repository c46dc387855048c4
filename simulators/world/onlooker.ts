import { programDeviceId } from "../bus/frame"
import type { Clock } from "../clock"
import type { Trace } from "../trace"
import type { Expectation, RegisterSubject, StateSubject } from "./expectation"
import { SESSION_FIELDS } from "./hub"
import { Judge, type Verdict, type Window } from "./judge"
import { RegisterReader } from "./register-reader"
import { type Scene, WORLD_SOURCE } from "./scene"
import type { Placed, World } from "./world"

/** How often a register is read while an expectation looks at it, and how long the last answer may take. */
const REGISTER_POLL_US = 100_000
const REGISTER_ANSWER_US = 500_000

export interface ExpectationResult extends Verdict {
    expectation: Expectation
}

/** Watches a world for what its file expects of it. */
export class Onlooker {
    readonly #world: World
    readonly #scene: Scene
    readonly #clock: Clock
    readonly #trace: Trace
    readonly #readers = new Map<string, RegisterReader>()
    readonly #judges: { expectation: Expectation; judge: Judge }[] = []
    /** Looks to be taken after whatever happens. */
    readonly #looks = new Set<() => void>()
    #linesLookedAt = 0

    /** @throws DocumentError if something is expected of a part that it never shows */
    constructor(options: { world: World; scene: Scene; clock: Clock; trace: Trace }) {
        this.#world = options.world
        this.#scene = options.scene
        this.#clock = options.clock
        this.#trace = options.trace
        for (const expectation of this.#world.expectations) {
            this.#checkFields(expectation)
            this.#expect(expectation)
        }
    }

    /** To be called after every event: looks around if it left a line in the trace. */
    look(): void {
        if (this.#trace.lines === this.#linesLookedAt) return
        for (const look of this.#looks) look()
        this.#linesLookedAt = this.#trace.lines
    }

    /** How every expectation went. One whose time has not come yet has failed. */
    close(): ExpectationResult[] {
        return this.#judges.map(({ expectation, judge }) => ({ expectation, ...judge.close(this.#clock.nowUs) }))
    }

    #checkFields({ subject, matcher, path }: Placed<Expectation>): void {
        if (subject.kind === "register" || subject.kind === "device") return
        if (typeof matcher !== "object" || matcher === null) return
        const isPart = subject.kind === "part"
        const known: readonly string[] = isPart
            ? Object.keys(this.#scene.part(subject.device, subject.part).observe())
            : SESSION_FIELDS
        const unknown = Object.keys(matcher).find(field => !known.includes(field))
        if (unknown === undefined) return
        const what = isPart ? `${subject.device}.${subject.part}` : "a session"
        throw this.#world.problem(
            [...path, "is", unknown],
            `${what} shows no "${unknown}"; it shows ${known.join(", ")}`,
        )
    }

    #expect(expectation: Expectation): void {
        const { subject, matcher, window, label, note } = expectation
        const judge = new Judge(matcher, window.match, ({ kept, seen = null }) => {
            const verdict = { expectation: label, kept, seen }
            this.#trace.note(WORLD_SOURCE, "expectation", note === undefined ? verdict : { ...verdict, note })
        })
        this.#judges.push({ expectation, judge })
        if (subject.kind === "register") this.#askFor(subject, window, judge)
        else this.#lookAt(subject, window, judge)
    }

    /** Looks when the window opens, after whatever happens in it, and when it closes. */
    #lookAt(subject: StateSubject, { fromUs, untilUs }: Window, judge: Judge): void {
        const { board, part, session } = this.#scene
        const state = () => {
            if (subject.kind === "part") return part(subject.device, subject.part).observe()
            return subject.kind === "session" ? session(subject.device, subject.session) : board(subject.device).state
        }
        const look = () => {
            judge.observe(this.#clock.nowUs, state())
            if (judge.decided) this.#looks.delete(look)
        }
        this.#clock.at(fromUs, () => {
            this.#looks.add(look)
            look()
        })
        this.#clock.at(untilUs, () => {
            look()
            judge.close(this.#clock.nowUs)
            this.#looks.delete(look)
        })
    }

    /** Asks while the window is open. The first answer counts even if it comes a little later. */
    #askFor({ device, register }: RegisterSubject, { fromUs, untilUs }: Window, judge: Judge): void {
        const { id, bus } = this.#world.devices.find(({ name }) => name === device)!
        const reader = this.#readerOn(bus)
        const ask = () => {
            if (judge.decided || this.#clock.nowUs > untilUs) return
            reader.ask(programDeviceId(id), register)
            this.#clock.after(REGISTER_POLL_US, ask)
        }
        this.#clock.at(fromUs, () => {
            reader.listen(programDeviceId(id), register, value => {
                judge.observe(this.#clock.nowUs, value)
                if (this.#clock.nowUs >= untilUs) judge.close(this.#clock.nowUs)
            })
            ask()
        })
        this.#clock.at(untilUs, () => {
            if (judge.hasObserved) judge.close(this.#clock.nowUs)
        })
        this.#clock.at(untilUs + REGISTER_ANSWER_US, () => judge.close(this.#clock.nowUs))
    }

    /** A reader hears announcements from the start, so it is there before its first question. */
    #readerOn(bus: string): RegisterReader {
        const reader = this.#readers.get(bus) ?? new RegisterReader(this.#scene.bus(bus), this.#world.service)
        this.#readers.set(bus, reader)
        return reader
    }
}
