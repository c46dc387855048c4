import { constantTimeEqual } from "../../crypto/constant-time"
import { copyOf } from "../../crypto/copy-of"
import type { PskCredential } from "./credential"
import { EdhocEnd, type EdhocPorts, lengthRefusal } from "./end"
import type { EphemeralKey } from "./ephemeral-key"
import { readErrorMessage } from "./error-message"
import { encodeIdentifier } from "./identifier"
import {
    beginsWithInteger,
    ciphertextMessage,
    eadRefusal,
    message1,
    plaintext3,
    readCiphertextMessage,
    readPlaintext2,
} from "./messages"
import { PskSchedule } from "./psk-schedule"
import { EdhocRefusal } from "./refusal"
import { EdhocState } from "./states"
import { type CipherSuite, EPHEMERAL_BYTES } from "./suites"

export interface InitiatorSetup {
    /** All that are supported, in an order of preference that never changes. */
    suites: readonly CipherSuite[]
    /** Index of the one for this session: 0, unless an error message led to another (`suiteAfter`). */
    selected: number
    /** Of the curve of the selected suite; made for this session. */
    ephemeral: EphemeralKey
    /** C_I, by which the other end will name its messages to this one. */
    connectionId: Buffer
    credential: PskCredential
}

/** The end that begins an EDHOC-PSK session: the hub. */
export class EdhocInitiator extends EdhocEnd {
    /** What the other end's error message says, if it aborted the session by one: nobody vouches for it. */
    hint = ""
    /** SUITES_R, if the session was aborted by an error message with code 2: what `suiteAfter` takes. */
    suitesOfResponder: number[] = []
    private readonly setup: InitiatorSetup
    private cR: Buffer = Buffer.alloc(0)

    /** @throws RangeError if the ephemeral key is of another curve */
    constructor(ports: EdhocPorts, setup: InitiatorSetup) {
        super(EdhocState.Start, ports)
        this.setup = setup
        const { curve } = setup.suites[setup.selected]
        if (setup.ephemeral.curve !== curve)
            throw new RangeError(`the ephemeral key must be of curve ${curve}, not ${setup.ephemeral.curve}`)
    }

    /** @returns message_1 */
    start(): Buffer {
        const { suites, selected, ephemeral, connectionId } = this.setup
        this.sent = message1(suites.slice(0, selected + 1), ephemeral.publicKey, connectionId)
        this.go(EdhocState.WaitMessage2)
        return this.sent
    }

    /** C_R, as it stands before message_3 in CoAP (RFC 9528 appendix A.2). */
    peerId(): Buffer {
        return encodeIdentifier(this.cR)
    }

    protected override async takeIn(message: Buffer): Promise<Buffer | undefined> {
        const length = lengthRefusal(message)
        if (length !== EdhocRefusal.None) return this.fail(length, [])
        if (this.state === EdhocState.Start) return this.fail(EdhocRefusal.Unexpected, [])
        if (beginsWithInteger(message)) return this.takeError(message)
        return this.state === EdhocState.WaitMessage2
            ? await this.takeMessage2(message)
            : await this.takeMessage4(message)
    }

    private takeError(message: Buffer): undefined {
        const error = readErrorMessage(message)
        if (error.wellFormed) {
            this.suitesOfResponder = error.suites
            this.hint = error.text
        }
        this.abort(EdhocRefusal.PeerRefused)
        return undefined
    }

    private async takeMessage2(message: Buffer): Promise<Buffer | undefined> {
        const { digest, pause } = this.ports
        const { suites, selected, ephemeral, connectionId, credential } = this.setup
        const suite = suites[selected]
        const { refusal, ciphertext } = readCiphertextMessage(message)
        if (refusal !== 0) return this.fail(refusal, [])
        if (ciphertext.length <= EPHEMERAL_BYTES) return this.fail(EdhocRefusal.KeyLength, [])
        const gY = copyOf(ciphertext, EPHEMERAL_BYTES)
        const sharedSecret = await ephemeral.agree(gY, pause)
        if (!sharedSecret) return this.fail(EdhocRefusal.PeerKey, [])
        const schedule = new PskSchedule(suite, digest, pause)
        this.schedule = schedule
        await schedule.begin(this.sent, gY, sharedSecret)
        const plaintext = await schedule.cipher2(copyOf(ciphertext.slice(EPHEMERAL_BYTES)))
        const read = readPlaintext2(plaintext, suite)
        if (read.refusal !== 0) return this.fail(read.refusal, [])
        if (constantTimeEqual(read.cR, connectionId)) return this.fail(EdhocRefusal.SameIdentifier, [])
        this.cR = read.cR
        await schedule.takePlaintext2(plaintext)
        await schedule.takePsk(credential.psk)
        const nothing = Buffer.alloc(0)
        const sealed = await schedule.seal3(credential, nothing)
        const outer = await schedule.cipher3(plaintext3(credential.kid, sealed))
        await schedule.takePlaintext3(credential, nothing)
        return this.go(EdhocState.WaitMessage4) ? ciphertextMessage(outer) : undefined
    }

    private async takeMessage4(message: Buffer): Promise<Buffer | undefined> {
        const { refusal, ciphertext } = readCiphertextMessage(message)
        if (refusal !== 0) return this.fail(refusal, [])
        const schedule = this.schedule as PskSchedule
        const plaintext = await schedule.open4(ciphertext)
        if (!plaintext) return this.fail(EdhocRefusal.NotAuthentic, [])
        const ead = eadRefusal(plaintext)
        if (ead !== 0) return this.fail(ead, [])
        const kept = await this.finish(await schedule.sessionKeys(this.cR, this.setup.connectionId))
        return kept ? undefined : this.fail(EdhocRefusal.NotKept, [])
    }
}
