import { byteString } from "../../cbor/byte-string"
import { NEGATIVE } from "../../cbor/major"
import { constantTimeEqual } from "../../crypto/constant-time"
import { hex } from "../../crypto/hex"
import { joinBytes } from "../../crypto/join-bytes"
import { KEY_NAME_BYTES, type PskCredential } from "./credential"
import { KEYSTREAM_3A, METHOD_PSK } from "./draft"
import { EdhocEnd, type EdhocPorts, type Outcome } from "./end"
import type { EphemeralKey } from "./ephemeral-key"
import { encodeIdentifier, readIdentifier } from "./identifier"
import { eadRefusal, MOST_MESSAGE_BYTES, readCiphertext, readEad, readerOf, readSuites } from "./messages"
import { besideCredential, KEYSTREAM_2, PskSchedule } from "./psk-schedule"
import { EdhocRefusal } from "./refusal"
import { EdhocState } from "./states"
import { type CipherSuite, EPHEMERAL_BYTES, LESS_THAN_NONCE } from "./suites"

/** Longest connection identifier that is read. */
const IDENTIFIER_BYTES = 8

export interface ResponderSetup {
    /** Those that are supported: each with its row. */
    suites: readonly CipherSuite[]
    /** By index of the suite: keys made beforehand for this session, each of its suite's curve. */
    ephemerals: readonly EphemeralKey[]
    /** Two candidates for C_R: the second is for an initiator that has chosen the first for itself. */
    connectionIds: readonly [Buffer, Buffer]
    /** The pre-shared key of a name; undefined if there is none. */
    credentialOf(kid: Buffer): PskCredential | undefined
}

/** The end that answers in an EDHOC-PSK session: the device. */
export class EdhocResponder extends EdhocEnd {
    private readonly setup: ResponderSetup
    private cI: Buffer = hex``
    private cR: Buffer = hex``

    /** @throws RangeError if an ephemeral key is of another curve than its suite's */
    constructor(ports: EdhocPorts, setup: ResponderSetup) {
        super(EdhocState.WaitMessage1, ports, setup.suites)
        this.setup = setup
        const { suites, ephemerals } = setup
        for (let i = 0; i < suites.length; i++)
            if (ephemerals[i]?.curve !== suites[i].curve)
                throw new RangeError(`suite ${suites[i].number} needs an ephemeral key of its own curve`)
    }

    protected override async takeIn(message: Buffer): Promise<Outcome> {
        if (this.state === EdhocState.WaitMessage1) return await this.takeMessage1(message)
        if (message[0] >> 5 > NEGATIVE) return await this.takeMessage3(message)
        // What begins as a message_1 is somebody else's, who has to wait; with any other integer begins an error message.
        if (message[0] !== METHOD_PSK) this.abort(EdhocRefusal.PeerRefused)
        return undefined
    }

    private async takeMessage1(message: Buffer): Promise<Outcome> {
        const { suites, ephemerals, connectionIds } = this.setup
        const { pause } = this.ports
        const cbor = readerOf(message)
        // A suite has its own meaning of the rest, a method too.
        if (cbor.int() !== METHOD_PSK) cbor.refuse(EdhocRefusal.Method)
        const offered = readSuites(cbor)
        const gX = cbor.bytes(MOST_MESSAGE_BYTES)
        const cI = readIdentifier(cbor, message, IDENTIFIER_BYTES)
        readEad(cbor, message.length)
        if (cbor.refusal !== 0) return cbor.refusal
        await pause()
        // The last one is selected: it has to be supported, and none before it, which the initiator prefers (RFC 9528 §5.2.3).
        let selected = -1
        for (const number of offered) {
            if (selected >= 0) return EdhocRefusal.WrongSuite
            for (let i = 0; i < suites.length; i++) if (suites[i].number === number) selected = i
        }
        if (selected < 0) return EdhocRefusal.WrongSuite
        const suite = suites[selected]
        const ephemeral = ephemerals[selected]
        if (gX.length !== EPHEMERAL_BYTES) return EdhocRefusal.KeyLength
        if (cI.length > suite.aead.nonceBytes - LESS_THAN_NONCE) return EdhocRefusal.IdentifierForm
        this.cI = cI
        this.cR = connectionIds[constantTimeEqual(cI, connectionIds[0]) ? 1 : 0]
        const sharedSecret = await ephemeral.agree(gX, pause)
        if (!sharedSecret) return EdhocRefusal.PeerKey
        const schedule = new PskSchedule(suite, this.ports)
        this.schedule = schedule
        await schedule.begin(message, ephemeral.publicKey, sharedSecret)
        await pause()
        const plaintext = encodeIdentifier(this.cR)
        const ciphertext = await schedule.cipher(KEYSTREAM_2, plaintext)
        await schedule.take(plaintext)
        await pause()
        this.go(EdhocState.WaitMessage3)
        return byteString(joinBytes([ephemeral.publicKey, ciphertext]))
    }

    private async takeMessage3(message: Buffer): Promise<Outcome> {
        const schedule = this.schedule as PskSchedule
        const cbor = readerOf(message)
        const ciphertext = readCiphertext(cbor)
        if (cbor.refusal !== 0) return cbor.refusal
        if (ciphertext.length === 0) return EdhocRefusal.MessageLength
        const plaintext = await schedule.cipher(KEYSTREAM_3A, ciphertext)
        const inner = readerOf(plaintext)
        const kid = readIdentifier(inner, plaintext, KEY_NAME_BYTES)
        const sealed = readCiphertext(inner)
        if (inner.refusal !== 0) return inner.refusal
        await this.ports.pause()
        const credential = this.setup.credentialOf(kid)
        if (!credential) return EdhocRefusal.UnknownCredential
        await schedule.takePsk(credential.psk)
        const opened = await schedule.aead(true, credential, sealed)
        if (!opened) return EdhocRefusal.NotAuthentic
        const refusal = eadRefusal(opened)
        if (refusal !== 0) return refusal
        await schedule.take(besideCredential(credential, opened))
        const reply = byteString((await schedule.aead(false, undefined, hex``)) as Buffer)
        return (await this.finish(await schedule.sessionKeys(this.cI, this.cR))) ? reply : EdhocRefusal.NotKept
    }
}
