/**
 * ATECC608B: a secure element on I2C that makes P-256 keys and never gives them away. Numbers of P-256 are 32 bytes, most significant
 * first; public keys are x and y, signatures r and s, 64 bytes each. Commands of the ATECC508A datasheet DS20005927A, "Security Commands";
 * longest execution times as in MicrochipTech/cryptoauthlib for the ATECC608. All methods throw ElementError. What no device of ours asks it for lies in
 * `atecc608/more-commands.ts`: every method of a class is in each image that has the class.
 */
import { joinBytes } from "../../src/core/crypto/join-bytes"
import { PartFault } from "../../src/core/diagnosis/part-fault"
import { ElementBus } from "./atecc608/element-bus"
import { ElementError } from "./atecc608/element-error"

const BLOCK_BYTES = 32
const BLOCK_WORDS = 8
/** Steps of a counter in one session. */
const COUNTS = 16

/** Word of the configuration zone with the locks: bytes 84 to 87. */
const LOCK_WORD = 21
const UNLOCKED = 0x55

export interface ElementLocks {
    configuration: boolean
    data: boolean
}

export class Atecc608 {
    readonly bus = new ElementBus()

    /** The configuration zone, 128 bytes. */
    async configuration(): Promise<Buffer> {
        const zone = Buffer.alloc(4 * BLOCK_BYTES)
        for (let block = 0; block < 4; block++) zone.set(await this.readBlock(block), block * BLOCK_BYTES)
        return zone
    }

    /** Writes 4 bytes of the configuration zone, which must be open. @param word 4 to 31, but not the locks' */
    async writeConfiguration(word: number, bytes: Buffer): Promise<void> {
        await this.run(0x12, 45, 0, word, bytes, 1)
    }

    async locks(): Promise<ElementLocks> {
        const { bus } = this
        return await bus.session(async () => await locksOf(bus))
    }

    /** Closes the configuration zone for ever, if it is open. @param crc `crc16` of its 128 bytes: other content is not locked */
    async lockConfiguration(crc: number): Promise<void> {
        const { bus } = this
        await bus.session(async () => {
            const locks = await locksOf(bus)
            if (!locks.configuration) await bus.command(0x17, 35, 0x00, crc, hex``, 1)
        })
    }

    /** Closes the data zone for ever, if it is open: keys that cannot be made anew are then final, and signing begins to work. */
    async lockData(): Promise<void> {
        const { bus } = this
        await bus.session(async () => {
            const locks = await locksOf(bus)
            // Without a checksum: nobody knows the content of a private key's slot.
            if (!locks.data) await bus.command(0x17, 35, 0x81, 0, hex``, 1)
        })
    }

    /** Makes a private key in a slot, in place of the one that is there. @returns its public key */
    async createKey(slot: number): Promise<Buffer> {
        return await this.run(0x40, 115, 4, slot, hex``, 64)
    }

    /** The public key of the private key in a slot. */
    async publicKey(slot: number): Promise<Buffer> {
        return await this.run(0x40, 115, 0, slot, hex``, 64)
    }

    /** Signs a SHA-256 digest, 32 bytes. */
    async sign(slot: number, digest: Buffer): Promise<Buffer> {
        const { bus } = this
        return await bus.session(async () => {
            await loadDigest(bus, digest)
            return await bus.command(0x41, 115, 0x80, slot, hex``, 64)
        })
    }

    /** Whether a signature is one of a SHA-256 digest under a public key. */
    async verify(digest: Buffer, signature: Buffer, publicKey: Buffer): Promise<boolean> {
        const { bus } = this
        const both = joinBytes([signature, publicKey])
        try {
            await bus.session(async () => {
                await loadDigest(bus, digest)
                await bus.command(0x45, 105, 2, 4, both, 1)
            })
            return true
        } catch (error) {
            if (error instanceof ElementError && error.fault === PartFault.Miscompare) return false
            throw error
        }
    }

    /** @param counter 0 or 1 */
    async count(counter: number): Promise<number> {
        return numberOf(await this.run(0x24, 25, 0, counter, hex``, 4))
    }

    /**
     * Counts on until `to` is reached, at most 16 steps. After a power cut in the middle a counter may have gone further than asked, by
     * more than one; it never falls.
     * @returns where it stands
     */
    async countUp(counter: number, to: number): Promise<number> {
        const { bus } = this
        return await bus.session(async () => {
            let count = numberOf(await bus.command(0x24, 25, 0, counter, hex``, 4))
            for (let step = 0; step < COUNTS && count < to; step++)
                count = numberOf(await bus.command(0x24, 25, 1, counter, hex``, 4))
            return count
        })
    }

    /** A block of 32 bytes of the configuration zone. */
    async readBlock(block: number): Promise<Buffer> {
        return await this.run(0x02, 5, 0x80, block * BLOCK_WORDS, hex``, BLOCK_BYTES)
    }

    /** A session of one command, as `ElementBus.command` takes it. */
    async run(
        opcode: number,
        limitMs: number,
        mode: number,
        parameter: number,
        data: Buffer,
        size: number,
    ): Promise<Buffer> {
        const { bus } = this
        return await bus.session(async () => await bus.command(opcode, limitMs, mode, parameter, data, size))
    }
}

/** Nonce, fixed: puts 32 bytes into TempKey, where Sign and Verify look for them. */
async function loadDigest(bus: ElementBus, digest: Buffer): Promise<void> {
    await bus.command(0x16, 20, 3, 0, digest, 1)
}

async function locksOf(bus: ElementBus): Promise<ElementLocks> {
    const word = await bus.command(0x02, 5, 0, LOCK_WORD, hex``, 4)
    return { data: word[2] !== UNLOCKED, configuration: word[3] !== UNLOCKED }
}

/** Least significant byte first, as nothing else. */
function numberOf(bytes: Buffer): number {
    return bytes[0] | (bytes[1] << 8) | (bytes[2] << 16)
}
