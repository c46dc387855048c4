/** Seeded randomness. Every source in a world is forked from the world's seed by name, so adding one does not disturb the others. */
export class Random {
    readonly #state = new Uint32Array(4)

    /** @param seed any text or number; equal seeds give equal streams */
    constructor(seed: string | number) {
        // FNV-1a over the text seeds SplitMix32, which fills the xoshiro128** state (Blackman and Vigna, 2018).
        let hash = 0x811c9dc5
        for (const char of String(seed)) hash = Math.imul(hash ^ char.codePointAt(0)!, 0x01000193)
        for (let i = 0; i < 4; i++) {
            hash = (hash + 0x9e3779b9) | 0
            let z = hash
            z = Math.imul(z ^ (z >>> 16), 0x21f0aaad)
            z = Math.imul(z ^ (z >>> 15), 0x735a2d97)
            this.#state[i] = z ^ (z >>> 15)
        }
    }

    /** 32 random bits, as an unsigned number. */
    uint32(): number {
        const s = this.#state
        const m = Math.imul(s[1], 5)
        const result = Math.imul((m << 7) | (m >>> 25), 9) >>> 0
        const t = s[1] << 9
        s[2] ^= s[0]
        s[3] ^= s[1]
        s[1] ^= s[2]
        s[0] ^= s[3]
        s[2] ^= t
        s[3] = (s[3] << 11) | (s[3] >>> 21)
        return result
    }

    /** A number in [0, 1) with 32 bits of resolution. */
    unit(): number {
        return this.uint32() / 0x1_0000_0000
    }

    /** An integer in [0, bound). */
    below(bound: number): number {
        return Math.floor(this.unit() * bound)
    }

    draw(target: Uint8Array): void {
        for (let i = 0; i < target.length; i++) target[i] = this.uint32() >>> 24
    }
}

/** A function that opens the named stream of a seed. */
export function randomStreams(seed: number | string): (name: string) => Random {
    return name => new Random(`${seed}/${name}`)
}
