import { constantTimeEqual } from "../../crypto/constant-time"
import { joinBytes } from "../../crypto/join-bytes"
import type { PskCredential } from "./credential"
import { EdhocEnd, type EdhocPorts, lengthRefusal } from "./end"
import type { EphemeralKey } from "./ephemeral-key"
import { encodeIdentifier } from "./identifier"
import {
    beginsWithInteger,
    ciphertextMessage,
    eadRefusal,
    readCiphertextMessage,
    readMessage1,
    readPlaintext3,
} from "./messages"
import { PskSchedule } from "./psk-schedule"
import { EdhocRefusal } from "./refusal"
import { EdhocState } from "./states"
import { type CipherSuite, EPHEMERAL_BYTES, mostIdentifierBytes } from "./suites"

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
    private cI: Buffer = Buffer.alloc(0)
    private cR: Buffer = Buffer.alloc(0)

    /** @throws RangeError if an ephemeral key is of another curve than its suite's */
    constructor(ports: EdhocPorts, setup: ResponderSetup) {
        super(EdhocState.WaitMessage1, ports)
        this.setup = setup
        for (let i = 0; i < setup.suites.length; i++)
            if (setup.ephemerals[i]?.curve !== setup.suites[i].curve)
                throw new RangeError(`suite ${setup.suites[i].number} needs an ephemeral key of its own curve`)
    }

    protected override async takeIn(message: Buffer): Promise<Buffer | undefined> {
        const { suites } = this.setup
        const length = lengthRefusal(message)
        if (length !== EdhocRefusal.None) return this.fail(length, suites)
        if (this.state === EdhocState.WaitMessage1) return await this.takeMessage1(message)
        if (beginsWithInteger(message)) {
            // A message_1 is somebody else's, who has to wait; what is none is an error message.
            if (readMessage1(message).refusal !== 0) this.abort(EdhocRefusal.PeerRefused)
            return undefined
        }
        return await this.takeMessage3(message)
    }

    private async takeMessage1(message: Buffer): Promise<Buffer | undefined> {
        const { digest, pause } = this.ports
        const { suites, ephemerals, connectionIds } = this.setup
        const read = readMessage1(message)
        if (read.refusal !== 0) return this.fail(read.refusal, suites)
        await pause()
        const index = selectedOf(suites, read.suites)
        if (index < 0) return this.fail(EdhocRefusal.WrongSuite, suites)
        const suite = suites[index]
        if (read.gX.length !== EPHEMERAL_BYTES) return this.fail(EdhocRefusal.KeyLength, suites)
        if (read.cI.length > mostIdentifierBytes(suite)) return this.fail(EdhocRefusal.IdentifierForm, suites)
        this.cI = read.cI
        this.cR = constantTimeEqual(read.cI, connectionIds[0]) ? connectionIds[1] : connectionIds[0]
        const ephemeral = ephemerals[index]
        const sharedSecret = await ephemeral.agree(read.gX, pause)
        if (!sharedSecret) return this.fail(EdhocRefusal.PeerKey, suites)
        const schedule = new PskSchedule(suite, digest, pause)
        this.schedule = schedule
        await schedule.begin(message, ephemeral.publicKey, sharedSecret)
        await pause()
        const plaintext = encodeIdentifier(this.cR)
        const ciphertext = await schedule.cipher2(plaintext)
        await schedule.takePlaintext2(plaintext)
        await pause()
        if (!this.go(EdhocState.WaitMessage3)) return undefined
        return ciphertextMessage(joinBytes([ephemeral.publicKey, ciphertext]))
    }

    private async takeMessage3(message: Buffer): Promise<Buffer | undefined> {
        const { suites, credentialOf } = this.setup
        const { refusal, ciphertext } = readCiphertextMessage(message)
        if (refusal !== 0) return this.fail(refusal, suites)
        if (ciphertext.length === 0) return this.fail(EdhocRefusal.MessageLength, suites)
        const schedule = this.schedule as PskSchedule
        const outer = readPlaintext3(await schedule.cipher3(ciphertext))
        if (outer.refusal !== 0) return this.fail(outer.refusal, suites)
        const credential = credentialOf(outer.kid)
        if (!credential) return this.fail(EdhocRefusal.UnknownCredential, suites)
        await schedule.takePsk(credential.psk)
        const plaintext = await schedule.open3(credential, outer.ciphertext)
        if (!plaintext) return this.fail(EdhocRefusal.NotAuthentic, suites)
        const ead = eadRefusal(plaintext)
        if (ead !== 0) return this.fail(ead, suites)
        await schedule.takePlaintext3(credential, plaintext)
        const reply = ciphertextMessage(await schedule.seal4(Buffer.alloc(0)))
        const kept = await this.finish(await schedule.sessionKeys(this.cI, this.cR))
        return kept ? reply : this.fail(EdhocRefusal.NotKept, suites)
    }
}

/** @returns the index of the selected suite; -1 if it is not supported here, or one that the initiator prefers is (RFC 9528 §5.2.3) */
function selectedOf(ours: readonly CipherSuite[], suites: readonly number[]): number {
    for (let i = 0; i < suites.length; i++)
        for (let index = 0; index < ours.length; index++)
            if (ours[index].number === suites[i]) return i === suites.length - 1 ? index : -1
    return -1
}
