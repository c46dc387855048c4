/** What an ATECC608B can do besides: Info, Read of its serial number, Random, SHA and ECDH, for programs that ask it. All throw ElementError. */
import { joinBytes } from "../../../src/core/crypto/join-bytes"
import { PartFault } from "../../../src/core/diagnosis/part-fault"
import type { Atecc608 } from "../atecc608"
import type { ElementBus } from "./element-bus"
import { ElementError } from "./element-error"

/** `sha256` sends so many bytes at a time, and so many blocks in the time of a session. */
const SHA_BLOCK_BYTES = 64
const SHA_LIMIT_BYTES = 640

/** Revision of the part, 4 bytes: 00 00 60 03 for the ATECC608B. */
export async function info(element: Atecc608): Promise<Buffer> {
    return await element.run(0x30, 5, 0, 0, hex``, 4)
}

/** 9 bytes, 01 23 … EE, unique to the part. */
export async function serialNumber(element: Atecc608): Promise<Buffer> {
    const block = await element.readBlock(0)
    return joinBytes([block.slice(0, 4), block.slice(8, 13)])
}

/** 32 bytes. */
export async function random(element: Atecc608): Promise<Buffer> {
    const number = await element.run(0x1b, 23, 0, 0, hex``, 32)
    if (number.slice(0, 8).toString("hex") === "ffff0000ffff0000")
        throw new ElementError(PartFault.NotLocked, "has no random numbers before its configuration is locked", 0)
    return number
}

/** SHA-256, 32 bytes. @param message at most 640 bytes: the runtime's own is faster, and takes any length */
export async function sha256({ bus }: Atecc608, message: Buffer): Promise<Buffer> {
    if (message.length > SHA_LIMIT_BYTES)
        throw new ElementError(PartFault.Argument, `hashes at most ${SHA_LIMIT_BYTES} bytes`, 0x47)
    return await bus.session(async () => {
        await bus.command(0x47, 36, 0, 0, hex``, 1)
        let at = 0
        for (; at + SHA_BLOCK_BYTES <= message.length; at += SHA_BLOCK_BYTES)
            await bus.command(0x47, 36, 1, SHA_BLOCK_BYTES, message.slice(at, at + SHA_BLOCK_BYTES), 1)
        return await bus.command(0x47, 36, 2, message.length - at, message.slice(at), 32)
    })
}

/** The shared secret of ECDH, 32 bytes: x of the slot's private key times a public key. */
export async function agree({ bus }: Atecc608, slot: number, publicKey: Buffer): Promise<Buffer> {
    return await bus.session(async () => await agreement(bus, slot, publicKey))
}

/** As `agree`, in a session. */
export async function agreement(bus: ElementBus, slot: number, publicKey: Buffer): Promise<Buffer> {
    return await bus.command(0x43, 75, 0, slot, publicKey, 32)
}

/** As `createKey` of the element, in a session. */
export async function newKey(bus: ElementBus, slot: number): Promise<Buffer> {
    return await bus.command(0x40, 115, 4, slot, hex``, 64)
}
