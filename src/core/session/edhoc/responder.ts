import { byteString } from "../../cbor/byte-string"
import { NEGATIVE } from "../../cbor/major"
import { constantTimeEqual } from "../../crypto/constant-time"
import { hex } from "../../crypto/hex"
import { joinBytes } from "../../crypto/join-bytes"
import { KEY_NAME_BYTES, type PskCredential } from "./credential"
import type { HashPorts } from "./derivation"
import { KEYSTREAM_3A, METHOD_PSK } from "./draft"
import { EdhocEnd, type KeyKeeper, type Outcome } from "./end"
import type { EphemeralKey } from "./ephemeral-key"
import { encodeIdentifier, readIdentifier } from "./identifier"
import { eadRefusal, MOST_MESSAGE_BYTES, readCiphertext, readEad, readerOf, readSuites } from "./messages"
import { besideCredential, KEYSTREAM_2, PskSchedule } from "./psk-schedule"
import { EdhocRefusal } from "./refusal"
import { EdhocState } from "./states"
import { type CipherSuite, EPHEMERAL_BYTES, LESS_THAN_NONCE } from "./suites"

/** Longest connection identifier that is read. */
const IDENTIFIER_BYTES = 8

export interface ResponderPorts extends HashPorts {
    /** The one that is supported. */
    readonly suite: CipherSuite
}

/** By which secrets somebody may come, and where the keys go. */
export interface ResponderKeys extends KeyKeeper {
    /** The pre-shared key of a name; undefined if there is none. */
    credentialOf(kid: Buffer): PskCredential | undefined
}

/** The end that answers in an EDHOC-PSK session: the device. */
export class EdhocResponder extends EdhocEnd {
    private readonly keys: ResponderKeys
    private readonly otherId: Buffer
    private cI: Buffer = hex``
    private cR: Buffer

    /**
     * @param connectionId C_R
     * @param otherId in its place, if the initiator has chosen the same for itself
     * @throws RangeError if the ephemeral key is of another curve than the suite's
     */
    constructor(
        ports: ResponderPorts,
        keys: ResponderKeys,
        ephemeral: EphemeralKey,
        connectionId: Buffer,
        otherId: Buffer,
    ) {
        super(EdhocState.WaitMessage1, ports, keys, ports.suite, ephemeral)
        this.keys = keys
        this.cR = connectionId
        this.otherId = otherId
    }

    protected override async takeIn(message: Buffer): Promise<Outcome> {
        if (this.state === EdhocState.WaitMessage1) return await this.takeMessage1(message)
        if (message[0] >> 5 > NEGATIVE) return await this.takeMessage3(message)
        // What begins as a message_1 is somebody else's, who has to wait; with any other integer begins an error message.
        if (message[0] !== METHOD_PSK) this.abort(EdhocRefusal.PeerRefused)
        return undefined
    }

    private async takeMessage1(message: Buffer): Promise<Outcome> {
        const { suite, ephemeral } = this
        const { pause } = this.ports
        const cbor = readerOf(message)
        // A suite has its own meaning of the rest, a method too.
        if (cbor.int() !== METHOD_PSK) cbor.refuse(EdhocRefusal.Method)
        const offered = readSuites(cbor)
        await pause()
        const gX = cbor.bytes(MOST_MESSAGE_BYTES)
        const cI = readIdentifier(cbor, message, IDENTIFIER_BYTES)
        readEad(cbor, message.length)
        if (cbor.refusal !== 0) return cbor.refusal
        await pause()
        // The last one is selected: it has to be supported, and none before it, which the initiator prefers (RFC 9528 §5.2.3).
        if (offered.indexOf(suite.number) !== offered.length - 1) return EdhocRefusal.WrongSuite
        if (gX.length !== EPHEMERAL_BYTES) return EdhocRefusal.KeyLength
        if (cI.length > suite.aead.nonceBytes - LESS_THAN_NONCE) return EdhocRefusal.IdentifierForm
        this.cI = cI
        if (constantTimeEqual(cI, this.cR)) this.cR = this.otherId
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
        const credential = this.keys.credentialOf(kid)
        if (!credential) return EdhocRefusal.UnknownCredential
        await schedule.takePsk(credential.psk)
        const opened = await schedule.aead(true, credential, sealed)
        if (!opened) return EdhocRefusal.NotAuthentic
        const refusal = eadRefusal(opened)
        if (refusal !== 0) return refusal
        await schedule.take(besideCredential(credential, opened))
        const reply = byteString((await schedule.aead(false, undefined, hex``)) as Buffer)
        const keys = await schedule.sessionKeys(this.cI, this.cR)
        return (await this.finish(keys, kid)) ? reply : EdhocRefusal.NotKept
    }
}
