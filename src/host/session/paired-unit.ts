import { randomFillSync } from "node:crypto"
import { type Digest, openDigest } from "../../core/crypto/digest"
import type { AeadSuite } from "../../core/session/aead-suite"
import type { CoapCode, CoapMessage } from "../../core/session/coap-message"
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
import type { SessionFile } from "./session-file"
import type { WayIn } from "./way-in"

/** All that there are, the standard ones first. */
const SUITES: readonly CipherSuite[] = [SUITE_4, SUITE_5, suiteMinus21(counterMode), suiteMinus22(counterMode)]
/** By which units name this end's messages to it. */
const CONNECTION_ID = Buffer.from([0x0a])
const RECORDS = ["keys0", "keys1"] as const
/** How long an answer is waited for that a unit works on, and between two looks, in milliseconds. */
const ANSWER_MS = 120_000
const LOOK_MS = 500
/** How often keys are updated in vain before it is given up. */
const CONNECTS = 3

const random = { draw: (target: Buffer) => void randomFillSync(target) }
const pause = async () => {}

/** A unit, for somebody whom it knows, or who is about to be. */
export class PairedUnit {
    readonly #link: UnitLink
    readonly #file: SessionFile
    readonly #digest: Digest

    private constructor(link: UnitLink, file: SessionFile, digest: Digest) {
        this.#link = link
        this.#file = file
        this.#digest = digest
    }

    static async of(link: UnitLink, file: SessionFile): Promise<PairedUnit> {
        return new PairedUnit(link, file, await openDigest(nodeDigest, pause))
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
                    await (curve === CURVE_P256 ? prepareP256 : prepareX25519)(random, pause),
                connectionId: CONNECTION_ID,
                keep: async (keys, suite) => {
                    this.#file.begin(suite.number)
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
        return { refusal, hint: "" }
    }

    /** Updates the keys, and asks for something under them. @returns as `HubSession.request` @throws LinkError */
    async ask(code: CoapCode, path: string, payload: Uint8Array = new Uint8Array(0)): Promise<Answered> {
        const suite = SUITES.find(({ number }) => number === this.#file.suite)
        if (!suite) return { refusal: SessionRefusal.KeysWanted }
        const session = this.#session(suite.aead)
        await session.load()
        let connected = await session.connect()
        for (let i = 1; i < CONNECTS && connected.refusal === SessionRefusal.NoAnswer; i++)
            connected = await session.connect()
        if (connected.refusal !== SessionRefusal.None) return connected
        return await session.request(code, path.split("/"), Buffer.from(payload))
    }

    #session(suite: AeadSuite): HubSession {
        const ports = { suite, digest: this.#digest, random, pause, store: this.#file }
        return new HubSession(ports, RECORDS, request => this.#ask(request))
    }

    /** What a unit still works on it answers nothing to; what others asked it, it answers in everybody's hearing. */
    async #ask(request: CoapMessage): Promise<CoapMessage | undefined> {
        const frame = writeMessage(request)
        for (let waitedMs = 0; waitedMs < ANSWER_MS; waitedMs += LOOK_MS) {
            const { answer } = await this.#link.call("exchange", { frame })
            const { message } = readMessage(Buffer.from(answer as Uint8Array))
            if (message?.token.equals(request.token) && message.messageId === request.messageId) return message
            this.#link.waiting?.("an answer, which it works on", waitedMs)
            await this.#link.wait(LOOK_MS)
        }
        return undefined
    }
}
