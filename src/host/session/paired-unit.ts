import { randomFillSync } from "node:crypto"
import { type Digest, openDigest } from "../../core/crypto/digest"
import type { Random } from "../../core/crypto/random"
import type { AeadSuite } from "../../core/session/aead-suite"
import { CoapCode, type CoapMessage } from "../../core/session/coap-message"
import { readMessage } from "../../core/session/coap-reader"
import { writeMessage } from "../../core/session/coap-writer"
import { secretName } from "../../core/session/device/pairing"
import type { EphemeralKey } from "../../core/session/edhoc/ephemeral-key"
import { prepareP256 } from "../../core/session/edhoc/p256-key"
import { SUITE_4 } from "../../core/session/edhoc/suite-4"
import { SUITE_5 } from "../../core/session/edhoc/suite-5"
import { suiteMinus21 } from "../../core/session/edhoc/suite-minus-21"
import { suiteMinus22 } from "../../core/session/edhoc/suite-minus-22"
import { type CipherSuite, CURVE_P256 } from "../../core/session/edhoc/suites"
import { prepareX25519 } from "../../core/session/edhoc/x25519-key"
import { type Answered, HubSession } from "../../core/session/hub/hub-session"
import { type PairingEnd, pair } from "../../core/session/hub/pair"
import { SessionRefusal } from "../../core/session/refusal"
import { nodeDigest } from "../node-digest"
import type { UnitLink } from "../unit/unit-link"
import { counterMode } from "./counter-mode"
import type { KeptSession } from "./kept-session"
import type { WayIn } from "./way-in"

/** All that there are, the standard ones first. */
const SUITES: readonly CipherSuite[] = [SUITE_4, SUITE_5, suiteMinus21(counterMode), suiteMinus22(counterMode)]
/** By which units name this end's messages to it. */
const CONNECTION_ID = Buffer.from([0x0a])
/** Of what is kept: keys, in the one record or in the other. */
export const HUB_RECORDS = ["keys0", "keys1"] as const
const MESSAGE_ID_BYTES = 2
/** How long an answer is waited for that a unit works on, and between two looks, in milliseconds. */
const ANSWER_MS = 120_000
const LOOK_MS = 500
/** How often keys are updated in vain before it is given up. */
const CONNECTS = 3

const MACHINE: Random = { draw: target => void randomFillSync(target) }
const pause = async () => {}

/** What of a way to the unit sessions need. */
export type SessionWay = Pick<UnitLink, "call" | "wait" | "waiting">

export interface AskedUnit extends Answered {
    /** Whether the unit was asked twice, and may have heard it the first time. */
    readonly wasAskedAgain: boolean
}

const NOTHING_WRONG: Answered = { refusal: SessionRefusal.None }

/** A unit, for somebody whom it knows, or who is about to be. */
export class PairedUnit {
    readonly #link: SessionWay
    readonly #kept: KeptSession
    readonly #digest: Digest
    readonly #random: Random
    /** Under keys that this end has updated since it began. */
    #open: HubSession | undefined

    private constructor(link: SessionWay, kept: KeptSession, digest: Digest, random: Random) {
        this.#random = random
        this.#link = link
        this.#kept = kept
        this.#digest = digest
    }

    static async of(link: SessionWay, kept: KeptSession, random = MACHINE): Promise<PairedUnit> {
        return new PairedUnit(link, kept, await openDigest(nodeDigest, pause), random)
    }

    /** Proves a label or an invitation, and keeps the session when the unit has proved it, too, and has been heard under its keys. @throws LinkError */
    async pair({ secret, standing }: WayIn): Promise<PairingEnd> {
        const digest = this.#digest
        let session: HubSession | undefined
        const end = await pair(
            {
                digest,
                pause,
                suites: SUITES,
                makeKey: async (curve: number): Promise<EphemeralKey> =>
                    await (curve === CURVE_P256 ? prepareP256 : prepareX25519)(this.#random, pause),
                connectionId: CONNECTION_ID,
                keep: async (keys, suite) => {
                    this.#kept.begin(suite.number)
                    session = this.#session(suite.aead)
                    await session.adopt(keys)
                },
            },
            secretName(standing),
            secret,
            request => this.#ask(request),
        )
        if (end.refusal !== 0 || !session) return end
        // Until it is heard of, the unit knows nobody by these keys.
        const { refusal } = await session.connect()
        if (refusal === SessionRefusal.None) this.#open = session
        return { refusal, hint: "" }
    }

    /**
     * Asks for something under keys that this end has updated since it began; and once more under others, if the unit seems to have started anew since. Whether
     * it has done then what it was asked before is for the caller to find out.
     * @throws LinkError
     */
    async ask(code: CoapCode, path: string, payload: Uint8Array = new Uint8Array(0)): Promise<AskedUnit> {
        const isNew = !this.#open
        const session = this.#open ?? (await this.#loaded())
        if (!session) return { refusal: SessionRefusal.KeysWanted, wasAskedAgain: false }
        for (let asked = 0; ; asked++) {
            // Until that has succeeded there are no keys in force: whoever asks later begins anew.
            if (asked > 0) this.#open = undefined
            const connected = asked > 0 || isNew ? await connect(session) : NOTHING_WRONG
            if (connected.refusal !== SessionRefusal.None) return { ...connected, wasAskedAgain: asked > 0 }
            this.#open = session
            const answered = await session.request(code, path.split("/"), Buffer.from(payload))
            const wantsKeys =
                answered.refusal === SessionRefusal.NotProtected && answered.hint === CoapCode.Unauthorized
            if (!wantsKeys || asked > 0) return { ...answered, wasAskedAgain: asked > 0 }
        }
    }

    async #loaded(): Promise<HubSession | undefined> {
        const suite = SUITES.find(({ number }) => number === this.#kept.suite)
        if (!suite) return undefined
        const session = this.#session(suite.aead)
        await session.load()
        return session
    }

    #session(suite: AeadSuite): HubSession {
        const ports = { suite, digest: this.#digest, random: this.#random, pause, store: this.#kept }
        return new HubSession(ports, HUB_RECORDS, request => this.#ask(request))
    }

    /**
     * What a unit still works on it answers nothing to; what others asked it, it answers in everybody's hearing. So messages are numbered anew, by numbers that
     * nobody else has: all hubs count from 0.
     */
    async #ask(request: CoapMessage): Promise<CoapMessage | undefined> {
        const drawn = Buffer.alloc(MESSAGE_ID_BYTES)
        this.#random.draw(drawn)
        const messageId = drawn.readUInt16BE()
        const frame = writeMessage({ ...request, messageId })
        for (let waitedMs = 0; waitedMs < ANSWER_MS; waitedMs += LOOK_MS) {
            const { answer } = await this.#link.call("exchange", { frame })
            const { message } = readMessage(Buffer.from(answer as Uint8Array))
            if (message?.token.equals(request.token) && message.messageId === messageId) return message
            this.#link.waiting?.("an answer, which it works on", waitedMs)
            await this.#link.wait(LOOK_MS)
        }
        return undefined
    }
}

async function connect(session: HubSession): Promise<Answered> {
    let connected = await session.connect()
    for (let i = 1; i < CONNECTS && connected.refusal === SessionRefusal.NoAnswer; i++)
        connected = await session.connect()
    return connected
}
