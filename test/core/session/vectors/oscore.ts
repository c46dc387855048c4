/** RFC 8613, appendix C and §6.3. */
import { hex } from "../../../../src/core/crypto/hex"
import { AES_CCM_16_64_128 } from "../../../../src/core/session/aes-ccm-suite"
import type { CoapMessage } from "../../../../src/core/session/coap-message"
import { readMessage } from "../../../../src/core/session/coap-reader"
import { writeMessage } from "../../../../src/core/session/coap-writer"
import { partialIvOf, readOscoreOption, writeOscoreOption } from "../../../../src/core/session/oscore-option"
import { protectRequest, protectResponse } from "../../../../src/core/session/protect"
import { SessionRefusal } from "../../../../src/core/session/refusal"
import { deriveKeys, SecurityContext, type SharedParameters } from "../../../../src/core/session/security-context"
import { SenderSequence } from "../../../../src/core/session/sender-sequence"
import { openRequest, openResponse, readProtection } from "../../../../src/core/session/unprotect"
import type { VectorRun } from "../../crypto/vectors/vector-run"

const MASTER_SECRET = hex`0102030405060708090a0b0c0d0e0f10`
const MASTER_SALT = hex`9e7ca92223786340`
const ID_CONTEXT = hex`37cbf3210017a2d3`
const NONE = hex``
const ONE = hex`01`

/** As the client has them. */
const C1: SharedParameters = {
    masterSecret: MASTER_SECRET,
    masterSalt: MASTER_SALT,
    senderId: NONE,
    recipientId: ONE,
}
const C2: SharedParameters = {
    masterSecret: MASTER_SECRET,
    masterSalt: NONE,
    senderId: hex`00`,
    recipientId: ONE,
}
const C3: SharedParameters = {
    masterSecret: MASTER_SECRET,
    masterSalt: MASTER_SALT,
    idContext: ID_CONTEXT,
    senderId: NONE,
    recipientId: ONE,
}

function otherEnd(shared: SharedParameters): SharedParameters {
    return {
        masterSecret: shared.masterSecret,
        masterSalt: shared.masterSalt,
        idContext: shared.idContext,
        senderId: shared.recipientId,
        recipientId: shared.senderId,
    }
}

async function opened(shared: SharedParameters, { digest, pause }: VectorRun): Promise<SecurityContext> {
    return await SecurityContext.open(AES_CCM_16_64_128, shared, new SenderSequence(0), digest, pause)
}

function sound(bytes: Buffer): CoapMessage {
    const { refusal, message } = readMessage(bytes)
    if (refusal !== SessionRefusal.None || !message) throw new Error(`refused with ${refusal}`)
    return message
}

function reason(refusal: SessionRefusal): Buffer {
    const bytes = Buffer.alloc(1)
    bytes[0] = refusal
    return bytes
}

/** Appendices C.1 to C.3, at both ends. */
export async function oscoreKeyVectors(run: VectorRun): Promise<void> {
    const { digest, pause, check } = run
    async function compare(
        name: string,
        shared: SharedParameters,
        senderKey: Buffer,
        recipientKey: Buffer,
        commonIv: Buffer,
        senderNonce: Buffer,
        recipientNonce: Buffer,
    ) {
        const [client, server] = [shared, otherEnd(shared)]
        const clientKeys = await deriveKeys(AES_CCM_16_64_128, client, digest, pause)
        check(`${name}.1 Sender Key`, clientKeys.senderKey, senderKey)
        check(`${name}.1 Recipient Key`, clientKeys.recipientKey, recipientKey)
        check(`${name}.1 Common IV`, clientKeys.commonIv, commonIv)
        const serverKeys = await deriveKeys(AES_CCM_16_64_128, server, digest, pause)
        check(`${name}.2 Sender Key`, serverKeys.senderKey, recipientKey)
        check(`${name}.2 Recipient Key`, serverKeys.recipientKey, senderKey)
        check(`${name}.2 Common IV`, serverKeys.commonIv, commonIv)
        const context = await opened(client, run)
        check(`${name}.1 sender nonce`, context.nonce(context.senderId, partialIvOf(0)), senderNonce)
        check(`${name}.1 recipient nonce`, context.nonce(context.recipientId, partialIvOf(0)), recipientNonce)
    }
    await compare(
        "C.1",
        C1,
        hex`f0910ed7295e6ad4b54fc793154302ff`,
        hex`ffb14e093c94c9cac9471648b4f98710`,
        hex`4622d4dd6d944168eefb54987c`,
        hex`4622d4dd6d944168eefb54987c`,
        hex`4722d4dd6d944169eefb54987c`,
    )
    await compare(
        "C.2",
        C2,
        hex`321b26943253c7ffb6003b0b64d74041`,
        hex`e57b5635815177cd679ab4bcec9d7dda`,
        hex`be35ae297d2dace910c52e99f9`,
        hex`bf35ae297d2dace910c52e99f9`,
        hex`bf35ae297d2dace810c52e99f9`,
    )
    await compare(
        "C.3",
        C3,
        hex`af2a1300a5e95788b356336eeecd2b92`,
        hex`e39a0c7c77b43f03b4b39ab9a268699f`,
        hex`2ca58fb85ff1b81c0b7181b85e`,
        hex`2ca58fb85ff1b81c0b7181b85e`,
        hex`2da58fb85ff1b81d0b7181b85e`,
    )
}

/** Appendices C.4 to C.8: sealed at one end, and opened at the other. */
export async function oscoreMessageVectors(run: VectorRun): Promise<void> {
    const { pause, check } = run

    async function request(name: string, shared: SharedParameters, plain: Buffer, published: Buffer, aad: Buffer) {
        const client = await opened(shared, run)
        // Appendix C has the number 20 in all of them.
        for (let i = 0; i < 20; i++) await client.sequence.take()
        const sealed = await protectRequest(client, sound(plain), pause)
        check(`${name} OSCORE message`, sealed.message && writeMessage(sealed.message), published)
        check(`${name} AAD`, sealed.exchange?.associatedData, aad)

        const server = await opened(otherEnd(shared), run)
        const received = sound(published)
        const taken = await openRequest(server, received, readProtection(received), pause)
        check(`${name} opened`, taken.message && writeMessage(taken.message), plain)
        check(`${name} AAD of the server`, taken.exchange?.associatedData, aad)
        const again = await openRequest(server, received, readProtection(received), pause)
        check(`${name} replayed`, reason(again.refusal), reason(SessionRefusal.Replayed))
        return { client, server, asked: sealed.exchange, accepted: taken.exchange }
    }

    const c4 = await request(
        "C.4",
        C1,
        hex`44015d1f00003974396c6f63616c686f737483747631`,
        hex`44025d1f00003974396c6f63616c686f7374620914ff612f1092f1776f1c1668b3825e`,
        hex`8368456e63727970743040488501810a40411440`,
    )
    await request(
        "C.5",
        C2,
        hex`440171c30000b932396c6f63616c686f737483747631`,
        hex`440271c30000b932396c6f63616c686f737463091400ff4ed339a5a379b0b8bc731fffb0`,
        hex`8368456e63727970743040498501810a4100411440`,
    )
    await request(
        "C.6",
        C3,
        hex`44012f8eef9bbf7a396c6f63616c686f737483747631`,
        hex`44022f8eef9bbf7a396c6f63616c686f73746b19140837cbf3210017a2d3ff72cd7273fd331ac45cffbe55c3`,
        hex`8368456e63727970743040488501810a40411440`,
    )

    if (!c4.asked || !c4.accepted) throw new Error("C.4 was not opened")
    const plain = hex`64455d1f00003974ff48656c6c6f20576f726c6421`
    const c7 = hex`64445d1f0000397490ffdbaad1e9a7e7b2a813d3c31524378303cdafae119106`
    const c8 = hex`64445d1f00003974920100ff4d4c13669384b67354b2b6175ff4b8658c666a6cf88e`
    // The second response to one request has to have a number of its own, which is 0.
    const first = await protectResponse(c4.server, c4.accepted, sound(plain), pause)
    check("C.7 OSCORE message", first.message && writeMessage(first.message), c7)
    const second = await protectResponse(c4.server, c4.accepted, sound(plain), pause)
    check("C.8 OSCORE message", second.message && writeMessage(second.message), c8)

    const answer = await openResponse(c4.client, c4.asked, sound(c8), pause)
    check("C.8 opened", answer.message && writeMessage(answer.message), plain)
    const late = await openResponse(c4.client, c4.asked, sound(c7), pause)
    check("C.7, behind C.8", reason(late.refusal), reason(SessionRefusal.Answered))
    c4.asked.spent = false
    const other = await openResponse(c4.client, c4.asked, sound(c7), pause)
    check("C.7 opened", other.message && writeMessage(other.message), plain)
}

/** §6.3: five values of the option, written and read. */
export async function oscoreOptionVectors({ check }: VectorRun): Promise<void> {
    function compare(
        name: string,
        partialIv: Buffer | undefined,
        kid: Buffer | undefined,
        kidContext: Buffer | undefined,
        published: Buffer,
    ) {
        check(`§6.3 ${name}`, writeOscoreOption({ partialIv, kid, kidContext }), published)
        const read = readOscoreOption(published)
        check(`§6.3 ${name} Partial IV`, read.partialIv, partialIv)
        check(`§6.3 ${name} kid`, read.kid, kid)
        check(`§6.3 ${name} kid context`, read.kidContext, kidContext)
    }
    compare("1", hex`05`, hex`25`, undefined, hex`090525`)
    compare("2", hex`00`, NONE, undefined, hex`0900`)
    compare("3", hex`05`, NONE, hex`44616c656b`, hex`19050544616c656b`)
    compare("4", undefined, undefined, undefined, NONE)
    compare("5", hex`07`, undefined, undefined, hex`0107`)
}
