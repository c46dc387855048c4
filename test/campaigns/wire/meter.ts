/** What a device does for the frames that come: counted at its ports, and at what allocates. */
import type { Aead } from "../../../src/core/crypto/aead"
import type { Digest } from "../../../src/core/crypto/digest"
import type { AeadSuite } from "../../../src/core/session/aead-suite"
import type { CipherSuite } from "../../../src/core/session/edhoc/suites"

export interface Work {
    /** Messages that an AEAD has opened or tried to. */
    openings: number
    hmacs: number
    hashes: number
    /** Records set or erased. */
    writes: number
    /** Bytes of buffers allocated by length, and the longest of them. */
    bytes: number
    longest: number
}

/** Buffers that were allocated by length while `allocating` lasts: all that core allocates by what a peer has written. */
const allocated = { bytes: 0, longest: 0 }

/** Runs something while allocations are counted. */
export async function allocating<T>(what: () => Promise<T>): Promise<T> {
    const { alloc } = Buffer
    Buffer.alloc = (size, ...rest) => {
        allocated.bytes += size
        if (size > allocated.longest) allocated.longest = size
        return alloc(size, ...rest)
    }
    try {
        return await what()
    } finally {
        Buffer.alloc = alloc
    }
}

export class Meter {
    private openings = 0
    private hmacs = 0
    private hashes = 0
    /** Guesses at a secret that were looked at: openings of message_3. */
    looked = 0

    /** What was done since `from`. @param operations of the store */
    since(from: Work, operations: number): Work {
        const now = this.now(operations)
        return {
            openings: now.openings - from.openings,
            hmacs: now.hmacs - from.hmacs,
            hashes: now.hashes - from.hashes,
            writes: now.writes - from.writes,
            bytes: now.bytes - from.bytes,
            longest: now.longest,
        }
    }

    /** What was done so far; the longest allocation is counted from here on. */
    mark(operations: number): Work {
        allocated.longest = 0
        return this.now(operations)
    }

    digest(digest: Digest): Digest {
        return {
            sha256: async (parts, pause) => {
                this.hashes++
                return await digest.sha256(parts, pause)
            },
            hmacSha256: async (key, parts, pause) => {
                this.hmacs++
                return await digest.hmacSha256(key, parts, pause)
            },
            short: digest.short,
        }
    }

    suite(suite: AeadSuite): AeadSuite {
        return this.counted(suite, () => this.openings++)
    }

    cipherSuite(suite: CipherSuite): CipherSuite {
        const looks = () => {
            this.openings++
            this.looked++
        }
        return { ...suite, aead: this.counted(suite.aead, looks) }
    }

    private counted(suite: AeadSuite, count: () => void): AeadSuite {
        const { open } = suite
        return { ...suite, open: async (...args) => this.counting(await open(...args), count) }
    }

    private counting(aead: Aead, count: () => void): Aead {
        return {
            seal: async (...args) => await aead.seal(...args),
            open: async (...args) => {
                count()
                return await aead.open(...args)
            },
        }
    }

    private now(writes: number): Work {
        const { openings, hmacs, hashes } = this
        return { openings, hmacs, hashes, writes, ...allocated }
    }
}
