import { byteString } from "../../cbor/byte-string"
import { NEGATIVE } from "../../cbor/major"
import { constantTimeEqual } from "../../crypto/constant-time"
import { copyOf } from "../../crypto/copy-of"
import { hex } from "../../crypto/hex"
import { joinBytes } from "../../crypto/join-bytes"
import type { PskCredential } from "./credential"
import type { HashPorts } from "./derivation"
import { KEYSTREAM_3A } from "./draft"
import { EdhocEnd, type KeyKeeper, type Outcome } from "./end"
import type { EphemeralKey } from "./ephemeral-key"
import { readErrorMessage } from "./error-message"
import { encodeIdentifier, readIdentifier } from "./identifier"
import { eadRefusal, message1, readCiphertext, readEad, readerOf } from "./messages"
import { besideCredential, KEYSTREAM_2, PskSchedule } from "./psk-schedule"
import { EdhocRefusal } from "./refusal"
import { EdhocState } from "./states"
import { type CipherSuite, EPHEMERAL_BYTES, LESS_THAN_NONCE } from "./suites"

/** What it needs from where it runs. */
export interface InitiatorPorts extends HashPorts, KeyKeeper {}

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
    private cR: Buffer = hex``

    /** @throws RangeError if the ephemeral key is of another curve */
    constructor(ports: InitiatorPorts, setup: InitiatorSetup) {
        super(EdhocState.Start, ports, ports, setup.suites[setup.selected], setup.ephemeral)
        this.setup = setup
    }

    /** @returns message_1 */
    start(): Buffer {
        const { suites, selected, connectionId } = this.setup
        this.sent = message1(suites.slice(0, selected + 1), this.ephemeral.publicKey, connectionId)
        this.go(EdhocState.WaitMessage2)
        return this.sent
    }

    /** C_R, as it stands before message_3 in CoAP (RFC 9528 appendix A.2). */
    peerId(): Buffer {
        return encodeIdentifier(this.cR)
    }

    protected override async takeIn(message: Buffer): Promise<Outcome> {
        if (this.state === EdhocState.Start) return EdhocRefusal.Unexpected
        if (message[0] >> 5 <= NEGATIVE) return this.takeError(message)
        const cbor = readerOf(message)
        const ciphertext = readCiphertext(cbor)
        if (cbor.refusal !== 0) return cbor.refusal
        return this.state === EdhocState.WaitMessage2
            ? await this.takeMessage2(ciphertext)
            : await this.takeMessage4(ciphertext)
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

    private async takeMessage2(ciphertext: Buffer): Promise<Outcome> {
        const { suite, ephemeral } = this
        const { connectionId, credential } = this.setup
        if (ciphertext.length <= EPHEMERAL_BYTES) return EdhocRefusal.KeyLength
        const gY = copyOf(ciphertext, EPHEMERAL_BYTES)
        const sharedSecret = await ephemeral.agree(gY, this.ports.pause)
        if (!sharedSecret) return EdhocRefusal.PeerKey
        const schedule = new PskSchedule(suite, this.ports)
        this.schedule = schedule
        await schedule.begin(this.sent, gY, sharedSecret)
        const plaintext = await schedule.cipher(KEYSTREAM_2, copyOf(ciphertext.slice(EPHEMERAL_BYTES)))
        const cbor = readerOf(plaintext)
        const cR = readIdentifier(cbor, plaintext, suite.aead.nonceBytes - LESS_THAN_NONCE)
        readEad(cbor, plaintext.length)
        if (cbor.refusal !== 0) return cbor.refusal
        if (constantTimeEqual(cR, connectionId)) return EdhocRefusal.SameIdentifier
        this.cR = cR
        await schedule.take(plaintext)
        await schedule.takePsk(credential.psk)
        const sealed = (await schedule.aead(false, credential, hex``)) as Buffer
        const outer = await schedule.cipher(
            KEYSTREAM_3A,
            joinBytes([encodeIdentifier(credential.kid), byteString(sealed)]),
        )
        await schedule.take(besideCredential(credential, hex``))
        this.go(EdhocState.WaitMessage4)
        return byteString(outer)
    }

    private async takeMessage4(ciphertext: Buffer): Promise<Outcome> {
        const schedule = this.schedule as PskSchedule
        const plaintext = await schedule.aead(true, undefined, ciphertext)
        if (!plaintext) return EdhocRefusal.NotAuthentic
        const refusal = eadRefusal(plaintext)
        if (refusal !== 0) return refusal
        const { connectionId, credential } = this.setup
        const kept = await this.finish(await schedule.sessionKeys(this.cR, connectionId), credential.kid)
        return kept ? undefined : EdhocRefusal.NotKept
    }
}
