/** Benchmark: one message of the session layer at the device, from its frame to the frame that answers. */
import { openRuntimeDigest, runtimeCounterMode } from "devicescript-domovoi/devs/crypto"
import type { AeadSuite } from "devicescript-domovoi/src/core/session/aead-suite"
import { AES_CCM_16_64_128 } from "devicescript-domovoi/src/core/session/aes-ccm-suite"
import { aesCtrHmacSuite } from "devicescript-domovoi/src/core/session/aes-ctr-hmac-suite"
import { CHACHA20_POLY1305 } from "devicescript-domovoi/src/core/session/chacha20-suite"
import { CoapCode, type CoapMessage, CoapType } from "devicescript-domovoi/src/core/session/coap-message"
import { readMessage } from "devicescript-domovoi/src/core/session/coap-reader"
import { writeMessage } from "devicescript-domovoi/src/core/session/coap-writer"
import { protectRequest, protectResponse } from "devicescript-domovoi/src/core/session/protect"
import { SessionRefusal } from "devicescript-domovoi/src/core/session/refusal"
import { SecurityContext } from "devicescript-domovoi/src/core/session/security-context"
import { SenderSequence } from "devicescript-domovoi/src/core/session/sender-sequence"
import { type OpenedRequest, openRequest, readProtection } from "devicescript-domovoi/src/core/session/unprotect"
import { rising, same } from "./bytes"
import { finish, pause, section } from "./section"

const SECRET = rising(16)
const SALT = hex`9e7ca92223786340`
const CLIENT = hex`c1`
const SERVER = hex`5e`
const TOKEN = hex`aa`
/** Bytes of payload; the last is what a request of 220 bytes holds under a tag of 16 bytes, with a path of 5. */
const LENGTHS = [16, 64, 185]

const digest = await openRuntimeDigest(pause)

async function open(suite: AeadSuite, senderId: Buffer, recipientId: Buffer): Promise<SecurityContext> {
    const shared = { masterSecret: SECRET, masterSalt: SALT, senderId, recipientId }
    return await SecurityContext.open(suite, shared, new SenderSequence(0), digest, pause)
}

function message(type: CoapType, code: CoapCode, payload: Buffer): CoapMessage {
    const options = code === CoapCode.Post ? [{ number: 11, value: hex`76616c7665` }] : []
    return { type, code, messageId: 0x1234, token: TOKEN, options, payload }
}

async function received(server: SecurityContext, frame: Buffer): Promise<OpenedRequest> {
    const read = readMessage(frame)
    if (!read.message) return { refusal: read.refusal }
    return await openRequest(server, read.message, readProtection(read.message), pause)
}

async function measure(name: string, suite: AeadSuite) {
    let server: SecurityContext
    await section(`${name}.derive`, async () => {
        server = await open(suite, SERVER, CLIENT)
        return true
    })
    const client = await open(suite, CLIENT, SERVER)
    // An AES key is expanded when it is first used.
    await server.sender.seal(rising(suite.nonceBytes), CLIENT, CLIENT, pause)
    await server.recipient.open(rising(suite.nonceBytes), CLIENT, rising(40), pause)
    let frame: Buffer = TOKEN
    for (const length of LENGTHS) frame = await exchange(name, client, server, suite.tagBytes, length)
    await section(`${name}.replayed`, async () => (await received(server, frame)).refusal === SessionRefusal.Replayed)
    const forged = frame.slice(0, frame.length)
    forged[7] = 0x7f
    await section(
        `${name}.forged`,
        async () => (await received(server, forged)).refusal === SessionRefusal.Authentication,
    )
}

/** @returns the frame of the request */
async function exchange(
    name: string,
    client: SecurityContext,
    server: SecurityContext,
    tagBytes: number,
    length: number,
) {
    const payload = rising(length)
    const sent = await protectRequest(client, message(CoapType.Confirmable, CoapCode.Post, payload), pause)
    const frame = writeMessage(sent.message)
    let taken: OpenedRequest
    await section(`${name}.open${length}`, async () => {
        taken = await received(server, frame)
        return taken.message !== undefined && same(taken.message.payload, payload)
    })
    const answer = message(CoapType.Acknowledgement, CoapCode.Content, payload)
    await section(`${name}.protect${length}`, async () => {
        const protectedAnswer = await protectResponse(server, taken.exchange, answer, pause)
        return writeMessage(protectedAnswer.message).length === length + 9 + tagBytes
    })
    return frame
}

/** The dearest frame that is refused before any key is touched: 220 bytes, and eight options. */
const manyOptions = Buffer.alloc(220)
manyOptions.set(hex`40020000`, 0)
for (let i = 0; i < 9; i++) manyOptions.set(hex`4d0a`, 4 + 25 * i)

// Once before anything is measured: the first collection of garbage in a heap that was never used is dearer than any after it.
await open(AES_CCM_16_64_128, SERVER, CLIENT)
await section("coap.refuse", async () => readMessage(manyOptions).refusal === SessionRefusal.TooManyOptions)
await measure("aesCcm", AES_CCM_16_64_128)
await measure("chacha20", CHACHA20_POLY1305)
await measure("aesCtrHmac", aesCtrHmacSuite(runtimeCounterMode))
await finish()
