import type { Json } from "../trace"

/** What a value has to be: the value itself, a bound on a number, or, for an object, that for each field named. */
export type Matcher = Exclude<Json, Json[] | object> | Bounds | { [field: string]: Matcher }

export interface Bounds {
    "at-least"?: number
    "at-most"?: number
}

/** When a value is looked at, in microseconds since the world began; the bounds are included. */
export interface Window {
    fromUs: number
    untilUs: number
    /** Whether every observation in the window has to match, or one. */
    match: "every" | "one"
}

/** How an expectation went. */
export interface Verdict {
    kept: boolean
    /** When it was decided, in microseconds since the world began. */
    us: number
    /** The observation that decided it; undefined if there was none. */
    seen: Json | undefined
}

/** Judges observations, in the order in which they are made. The first verdict stands. */
export class Judge {
    #verdict: Verdict | undefined
    #last: Json | undefined

    /** @param onVerdict is called once */
    constructor(
        readonly matcher: Matcher,
        readonly match: Window["match"],
        readonly onVerdict: (verdict: Verdict) => void,
    ) {}

    get decided(): boolean {
        return this.#verdict !== undefined
    }

    get hasObserved(): boolean {
        return this.#last !== undefined
    }

    observe(us: number, seen: Json): void {
        this.#last = seen
        const matches = matchesValue(this.matcher, seen)
        if (matches === (this.match === "one")) this.#decide({ kept: matches, us, seen })
    }

    /** No observation will follow. */
    close(us: number): Verdict {
        const seen = this.#last
        return this.#verdict ?? this.#decide({ kept: this.match === "every" && seen !== undefined, us, seen })
    }

    #decide(verdict: Verdict): Verdict {
        if (!this.#verdict) {
            this.#verdict = verdict
            this.onVerdict(verdict)
        }
        return this.#verdict
    }
}

export function matchesValue(matcher: Matcher, value: Json | undefined): boolean {
    if (typeof matcher !== "object" || matcher === null) return matcher === value
    if (isBounds(matcher)) {
        const { "at-least": least = -Infinity, "at-most": most = Infinity } = matcher
        return typeof value === "number" && value >= least && value <= most
    }
    if (typeof value !== "object" || value === null || Array.isArray(value)) return false
    return Object.entries(matcher).every(([field, wanted]) =>
        matchesValue(wanted, Object.hasOwn(value, field) ? value[field] : undefined),
    )
}

function isBounds(matcher: Bounds | { [field: string]: Matcher }): matcher is Bounds {
    return Object.keys(matcher).every(key => key === "at-least" || key === "at-most")
}
