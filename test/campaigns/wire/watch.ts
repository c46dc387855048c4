/** What has to hold of whatever a device does with frames that somebody on the wire has sent. */
import { CborRefusal } from "../../../src/core/cbor/refusal"
import { Event, Refused } from "../../../src/core/eventlog/event"
import { MOST_PEOPLE } from "../../../src/core/owner/owner-records"
import { MESSAGE_BYTES } from "../../../src/core/session/bounds"
import { CoapCode, type CoapMessage } from "../../../src/core/session/coap-message"
import { CoapOptionNumber } from "../../../src/core/session/coap-options"
import { readMessage } from "../../../src/core/session/coap-reader"
import { pathOf } from "../../../src/core/session/device/requests"
import { MOST_WAITING } from "../../../src/core/session/device/session-server"
import { EdhocRefusal } from "../../../src/core/session/edhoc/refusal"
import { KudosRefusal } from "../../../src/core/session/kudos/refusal"
import { SessionRefusal } from "../../../src/core/session/refusal"
import type { Logged } from "../../core/session/device/home"
import type { WireStore } from "./ends"
import type { Work } from "./meter"
import type { Unit } from "./people"

/**
 * What one frame makes a device do at most, whoever has sent it and whatever it says. The longest way is an offer of KUDOS that the device takes as the next
 * one: two sets of keys are tried (5 and 6 HMACs), and the answer has keys of its own (5). Of records: 4 for keys and people, and 2 for each who came by
 * the same invitation and was not heard of.
 */
export const MOST_WORK: Work = {
    openings: 2,
    hmacs: 16,
    hashes: 3,
    writes: 4 + 2 * MOST_PEOPLE,
    bytes: 4096,
    longest: MESSAGE_BYTES,
}
/** Records written for a frame that is refused: a guess is counted, or what a power cut has left is erased. */
export const MOST_WRITES_REFUSED = 1

/** What is answered without a seal, beside the messages of a pairing. */
const PLAIN_CODES = [CoapCode.BadRequest, CoapCode.Unauthorized, CoapCode.BadOption]
export const PAIRING_PATH = ".well-known/edhoc"

const numbersOf = (reasons: object) => Object.values(reasons).filter(value => typeof value === "number" && value > 0)
const REASONS = new Set([CborRefusal, EdhocRefusal, KudosRefusal, SessionRefusal].flatMap(numbersOf))

type Answer = "none" | "sealed" | "pairing" | "refused pairing" | "plain"

export class Watch {
    readonly broken = new Set<string>()
    /** The most that one frame has made a device do, so far. */
    readonly most: Work = { openings: 0, hmacs: 0, hashes: 0, writes: 0, bytes: 0, longest: 0 }
    /** Refusals by number. */
    readonly refusals = new Map<number, number>()
    /** What was answered to a frame, by both in hexadecimal digits: the same again needs no entry. */
    private readonly answered = new Set<string>()

    expect(holds: boolean, promise: string): void {
        if (!holds) this.broken.add(promise)
    }

    /** Of frames that came at once. @param work for all of them @param entries that the log got meanwhile */
    took(unit: Unit, frames: Buffer[], answers: (Buffer | undefined)[], work: Work, entries: Logged[]): void {
        const read = frames.map(frame => readMessage(frame).message)
        let [plain, refusedPairings, sealed, paired] = [0, 0, 0, 0]
        for (const [i, frame] of frames.entries()) {
            const kind = this.kindOf(read[i], answers[i])
            if (kind === "sealed") sealed++
            if (kind === "pairing") paired++
            if (kind === "refused pairing") refusedPairings++
            if (kind !== "plain") continue
            const both = `${unit.name} ${frame.toString("hex")} ${answers[i]!.toString("hex")}`
            if (!this.answered.has(both)) plain++
            this.answered.add(both)
        }
        this.logged(entries, plain, refusedPairings)
        const forPairing = read.filter(message => message && pathOf(message) === PAIRING_PATH).length
        const worked = Math.min(frames.length - forPairing, MOST_WAITING) + forPairing
        this.worked(frames.length === 1, worked, work)
        const { device } = unit
        this.expect(
            device.meter.looked <= (device.store as WireStore).counted,
            "a guess was looked at before it counted",
        )
        if (sealed + paired === 0 && !entries.some(({ detail }) => detail === SessionRefusal.NobodyKnown))
            this.expect(
                work.writes <= MOST_WRITES_REFUSED * worked,
                `${work.writes} records were written for ${worked} refused frames`,
            )
    }

    private kindOf(request: CoapMessage | undefined, answer: Buffer | undefined): Answer {
        if (!answer) return "none"
        const { refusal, message } = readMessage(answer)
        if (refusal !== SessionRefusal.None || !message || !request) {
            this.broken.add("an answer is no message, or answers none")
            return "none"
        }
        this.expect(
            message.messageId === request.messageId && message.token.equals(request.token),
            "an answer is for another request",
        )
        if (message.options.some(({ number }) => number === CoapOptionNumber.Oscore)) return "sealed"
        const isPairing = pathOf(request) === PAIRING_PATH && message.payload.length > 0
        if (isPairing && message.code === CoapCode.Changed) return "pairing"
        if (isPairing && message.code === CoapCode.BadRequest) return "refused pairing"
        this.expect(PLAIN_CODES.includes(message.code), `an answer without a seal has code ${message.code}`)
        this.expect(message.payload.length + message.options.length === 0, "an answer without a seal says something")
        return "plain"
    }

    private logged(entries: Logged[], plain: number, refusedPairings: number): void {
        let [refusals, failures] = [0, 0]
        for (const { event, cause, detail } of entries) {
            if (event !== Event.Refusal && event !== Event.PairingFailed) continue
            this.expect(REASONS.has(detail), `reason ${detail} is no reason`)
            this.refusals.set(detail, (this.refusals.get(detail) ?? 0) + 1)
            if (event === Event.PairingFailed) failures++
            else if (cause === Refused.Session) refusals++
        }
        this.expect(refusals >= plain, "a refusal is not in the log")
        this.expect(failures >= refusedPairings, "a refused pairing is not in the log")
    }

    private worked(isOne: boolean, frames: number, work: Work): void {
        for (const what of ["openings", "hmacs", "hashes", "writes"] as const) {
            this.expect(
                work[what] <= frames * MOST_WORK[what],
                `${work[what]} ${what} for ${frames} frames that are worked on`,
            )
            if (isOne && work[what] > this.most[what]) this.most[what] = work[what]
        }
        this.expect(work.longest <= MOST_WORK.longest, `${work.longest} bytes were allocated at once`)
        if (work.longest > this.most.longest) this.most.longest = work.longest
        if (!isOne) return
        this.expect(work.bytes <= MOST_WORK.bytes, `${work.bytes} bytes were allocated for a frame`)
        if (work.bytes > this.most.bytes) this.most.bytes = work.bytes
    }
}
