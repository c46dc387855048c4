import { CoapCode } from "../../core/session/coap-message"
import { readMessage } from "../../core/session/coap-reader"
import { SessionRefusal } from "../../core/session/refusal"
import { readProtection } from "../../core/session/unprotect"
import type { SessionWay } from "../session/paired-unit"
import { codeReason } from "../session/reasons"

/** So many messages are remembered of each person at each device: the last. */
const MOST_FRAMES = 24

/** What somebody hears who listens to a bus: every message of people's, and to whom it was. */
export class Overheard {
    readonly #frames = new Map<string, Uint8Array[]>()

    /** The same way, with an ear on it. */
    hearing(way: SessionWay, chipId: string, person: string): SessionWay {
        const frames = this.#frames.get(`${chipId} ${person}`) ?? []
        this.#frames.set(`${chipId} ${person}`, frames)
        return {
            waiting: way.waiting,
            wait: ms => way.wait(ms),
            call: (command, values) => {
                const { frame } = values ?? {}
                // Whoever waits for an answer asks again.
                if (frame instanceof Uint8Array && !(frames.length > 0 && Buffer.from(frame).equals(frames.at(-1)!)))
                    frames.push(Uint8Array.from(frame))
                if (frames.length > MOST_FRAMES) frames.shift()
                return way.call(command, values)
            },
        }
    }

    /**
     * Says all of it again, in its order.
     * @returns how often the device answered what: by the name of the code, `Sealed` if only the person could read it, `Nothing`
     */
    async sayAgain(way: SessionWay, chipId: string, person: string): Promise<Record<string, number>> {
        const answers: Record<string, number> = {}
        for (const frame of this.#frames.get(`${chipId} ${person}`) ?? []) {
            const { answer } = await way.call("exchange", { frame })
            const name = nameOf(Buffer.from(answer as Uint8Array))
            answers[name] = (answers[name] ?? 0) + 1
        }
        return answers
    }
}

function nameOf(answer: Buffer): string {
    const { message } = readMessage(answer)
    if (!message) return "Nothing"
    const isSealed = readProtection(message).refusal !== SessionRefusal.NotProtected
    return isSealed ? "Sealed" : message.code === CoapCode.Empty ? "Nothing" : codeReason(message.code).name
}
