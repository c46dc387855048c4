/** What somebody without keys makes of frames that they have heard. */
import type { Random } from "../../../simulators/random"
import { CoapCode, type CoapMessage, CoapType } from "../../../src/core/session/coap-message"
import { CoapOptionNumber } from "../../../src/core/session/coap-options"
import { readMessage } from "../../../src/core/session/coap-reader"
import { writeMessage } from "../../../src/core/session/coap-writer"
import {
    type OscoreFields,
    partialIvOf,
    sequenceNumberOf,
    writeOscoreOption,
} from "../../../src/core/session/oscore-option"
import { readProtection } from "../../../src/core/session/unprotect"

export function bytesOf(length: number, random: Random): Buffer {
    return Buffer.from(Array.from({ length }, () => random.below(256)))
}

export function flipped(frame: Buffer, random: Random): Buffer {
    const forged = Buffer.from(frame)
    for (let i = random.below(3); i >= 0; i--) forged[random.below(forged.length)] ^= 1 << random.below(8)
    return forged
}

export function truncated(frame: Buffer, random: Random): Buffer {
    return frame.subarray(0, random.below(frame.length))
}

export function extended(frame: Buffer, random: Random): Buffer {
    return Buffer.concat([frame, bytesOf(1 + random.below([8, 250][random.below(2)]), random)])
}

/** Any bytes, or such as begin like a message. */
export function garbage(random: Random): Buffer {
    const bytes = bytesOf(random.below([12, 64, 260][random.below(3)]), random)
    if (random.below(3) === 0 || bytes.length < 4) return bytes
    bytes[0] = 0x40 | (random.below(2) << 4) | random.below(9)
    bytes[1] = 1 + random.below(4)
    return bytes
}

/** A protected request that nobody has sealed. @param kid of somebody @param isOffer whether it is one of KUDOS */
export function sealedByNobody(random: Random, kid: number, isOffer = random.below(2) === 1): Buffer {
    const fields: OscoreFields = { partialIv: partialIvOf(random.below(70_000)), kid: Buffer.from([kid]) }
    if (isOffer) fields.kudos = { x: [7, 7, 0x47, random.below(256)][random.below(4)], nonce: bytesOf(8, random) }
    if (random.below(8) === 0) fields.kidContext = bytesOf(random.below(9), random)
    const options = [{ number: CoapOptionNumber.Oscore, value: writeOscoreOption(fields) }]
    return writeMessage({
        type: random.below(2),
        code: CoapCode.Post,
        messageId: random.below(0x10000),
        token: bytesOf(random.below(9), random),
        options,
        payload: bytesOf(1 + random.below(60), random),
    })
}

/** As a request, whatever it was. */
export function asRequest(frame: Buffer): Buffer {
    const forged = Buffer.from(frame)
    forged[0] &= 0xcf
    if (forged.length > 1) forged[1] = CoapCode.Post
    return forged
}

/** As a response to a request, whatever it was. */
export function asAnswer(frame: Buffer, request: Buffer): Buffer {
    const [read, asked] = [readMessage(frame).message, readMessage(request).message]
    if (!read || !asked) return frame
    const { options, payload } = read
    const code = read.code < 0x20 ? CoapCode.Changed : read.code
    return (
        written({
            type: CoapType.Acknowledgement,
            code,
            messageId: asked.messageId,
            token: asked.token,
            options,
            payload,
        }) ?? frame
    )
}

/** Parts of one in the other: its options, its payload, or its token and number. */
export function spliced(frame: Buffer, other: Buffer, random: Random): Buffer {
    const [one, two] = [readMessage(frame).message, readMessage(other).message]
    if (!one || !two) return frame
    const way = random.below(4)
    const { options, payload } = two
    const { messageId, token } = two
    const forged = [
        { ...one, options },
        { ...one, payload },
        { ...one, messageId, token },
        { ...one, type: one.type ^ 1 },
    ][way]
    return written(forged) ?? frame
}

/** With another identifier, number, or field of KUDOS. @param kid of somebody else */
export function refielded(frame: Buffer, kid: number, random: Random): Buffer {
    const message = readMessage(frame).message
    if (!message) return frame
    const { partialIv, kid: own, kidContext, kudos } = readProtection(message)
    const fields: OscoreFields = { partialIv, kid: own, kidContext, kudos }
    const way = random.below(6)
    if (way === 0) fields.kid = Buffer.from([kid])
    if (way === 1)
        fields.partialIv = partialIvOf(
            partialIv ? Math.max(0, sequenceNumberOf(partialIv) + random.below(5) - 2) : random.below(9),
        )
    if (way === 2)
        fields.partialIv = random.below(2) ? undefined : partialIvOf(2 ** (8 * random.below(5)) + random.below(300))
    if (way === 3)
        fields.kudos = {
            x: [7, 0x47, 0x17, 0x27, 0x87, random.below(256)][random.below(6)],
            nonce: kudos?.nonce ?? bytesOf(8, random),
        }
    if (way === 4) fields.kudos = kudos ? undefined : { x: 7, nonce: bytesOf([8, 8, 1, 16][random.below(4)], random) }
    if (way === 5 && kudos) fields.kudos = { x: kudos.x, nonce: bytesOf(8, random) }
    const value = writeOscoreOption(fields)
    const options = message.options.map(option =>
        option.number === CoapOptionNumber.Oscore ? { number: option.number, value } : option,
    )
    return written({ ...message, options }) ?? frame
}

function written(message: CoapMessage): Buffer | undefined {
    try {
        return writeMessage(message)
    } catch {
        // Longer than a frame, or a length that cannot be written: it could not be sent.
        return undefined
    }
}
