import type { Pause } from "../ports"
import { constantTimeEqual } from "./constant-time"
import type { Digest } from "./digest"
import { bigEndian32, putBigEndian32 } from "./words"
import { type WorkBuffer, workBuffer } from "./work-buffer"

/** The parameters of SLH-DSA-SHA2-128s (FIPS 205 §11, table 2), and what follows from them. */
export const N = 16
export const LAYERS = 7
export const XMSS_HEIGHT = 9
export const FORS_TREES = 14
export const FORS_HEIGHT = 12
/** WOTS+ chains: 32 digits of the message, 3 of its checksum. */
export const CHAINS = 35
/** Where each chain ends, after as many hashes. */
const CHAIN_END = 15

/** Hashes between two pauses: each takes 0.35 ms with a native digest, and a plain one pauses by itself. */
const HASHES_PER_PAUSE = 20

/**
 * Small blocks that stay in the heap while a signature is verified, and how far apart the first of them are. The runtime's allocator takes the first
 * free block that is long enough and overwrites all that it leaves of it, half a cycle a byte: where 50 KB are free in one piece, a digest costs more to
 * allocate than to compute. These fences cut what collections free into short pieces; nothing but time depends on them.
 */
const FENCES = 5
const FENCED_BYTES = 3000
/** As long as a digest: so a fence stands behind the digests before it, not in a gap that was too short for them. */
const FENCE_BYTES = 32

/** Address types (§4.2). */
const WOTS_HASH = 0
const WOTS_PK = 1
const TREE = 2
const FORS_TREE = 3
const FORS_ROOTS = 4

/** Where the parts of the compressed address (§11.2.1) lie in a hash's input: behind PK.seed and 48 zeros. */
const LAYER_AT = 64
const TREE_AT = 65
const TYPE_AT = 73
const KEY_PAIR_AT = 76
/** The last of the four bytes of the chain number, the tree height and the hash number, all below 256 here. */
const CHAIN_AT = 81
const HEIGHT_AT = 81
const HASH_AT = 85
/** The last two of the four bytes of the tree index, below 65,536 here. */
const INDEX_AT = 84
/** Where what is hashed at that address begins. */
const VALUE_AT = 86

/**
 * The way from the message through the signature up to a root, which is PK.root if the signature is genuine. The steps
 * have to be called in the order of the signature.
 *
 * The digest is called directly, through locals, on arrays and buffers made once: that is what the time goes into (see
 * `docs/crypto.md`).
 */
export class SignaturePath {
    private digest: Digest
    private pause: Pause
    private publicKey: Buffer
    /** Some from the beginning, and those of the last layer by their chains: they go on to where the heap is used by then. */
    private fences: Buffer[] = []
    /** PK.seed, zeros up to a whole block, the address of what lies below it in this layer; all else of it is zero. */
    private head: WorkBuffer = workBuffer(VALUE_AT)
    /** A head, and the value that runs along a chain. */
    private step: WorkBuffer = workBuffer(VALUE_AT + N)
    /** A head, and a node beside its sibling. Between layers, the root reached lies in the first half. */
    private pair: WorkBuffer = workBuffer(VALUE_AT + 2 * N)
    /** A head, and the ends of chains, or the roots of trees, until all are there to be hashed. */
    private gathered: WorkBuffer = workBuffer(VALUE_AT + N * CHAINS)
    /** The message digest (§9.3): 12 bits of it for each FORS tree select its leaf, what follows the XMSS tree and its leaf. */
    private selector!: Buffer
    /** Upper 22 and lower 32 bits of the index of the XMSS tree in its layer. */
    private treeHigh!: number
    private treeLow!: number
    private leaf!: number
    /** Of the newest node in `pair`. It lies in the half that its last bit says, and so does the root afterwards. */
    private index!: number

    constructor(publicKey: Buffer, digest: Digest, pause: Pause) {
        this.publicKey = publicKey
        this.digest = digest
        this.pause = pause
        this.head.blitAt(0, publicKey, 0, N)
        for (let i = 0; i < FENCES; i++) {
            Buffer.alloc(FENCED_BYTES)
            this.fences[i] = Buffer.alloc(FENCE_BYTES)
        }
    }

    /** H_msg (§11.2.1) of the extended message; then the indices (§9.3, algorithm 20). */
    async start(randomizer: Buffer, message: Buffer): Promise<void> {
        const seed = this.publicKey.slice(0, N)
        const inner = await this.digest.sha256([randomizer, this.publicKey, message], this.pause)
        // MGF1 with SHA-256 makes 30 bytes: one block, with counter 0.
        const selector = await this.digest.sha256([randomizer, seed, inner, Buffer.alloc(4)], this.pause)
        this.selector = selector
        this.treeHigh = bigEndian32(selector, 20) & 0x3fffff
        this.treeLow = bigEndian32(selector, 24)
        this.leaf = ((selector[28] << 8) | selector[29]) & 0x1ff
        this.enterLayer(0)
    }

    /** One FORS tree (§8.4, algorithm 17): its secret value, and the siblings up to the root. */
    async climbForsTree(tree: number, part: Buffer): Promise<void> {
        const at = (3 * tree) >> 1
        const bits = (this.selector[at] << 8) | this.selector[at + 1]
        const index = (tree << FORS_HEIGHT) + (tree & 1 ? bits & 0xfff : bits >> 4)
        const step = this.step
        this.setHead(step, FORS_TREE, this.leaf)
        step[INDEX_AT] = index >> 8
        step[INDEX_AT + 1] = index & 255
        step.blitAt(VALUE_AT, part, 0, N)
        const hash = this.digest.short
        this.pair.blitAt(VALUE_AT + N * (index & 1), await hash(undefined, "sha256", [step]), 0, N)
        this.setHead(this.pair, FORS_TREE, this.leaf)
        this.index = index
        await this.climb(FORS_HEIGHT, part, N)
        this.gathered.blitAt(VALUE_AT + N * tree, this.pair, VALUE_AT + N * (tree & 1), N)
    }

    async joinForsRoots(): Promise<void> {
        this.setHead(this.gathered, FORS_ROOTS, this.leaf)
        const roots = this.gathered.slice(0, VALUE_AT + N * FORS_TREES)
        this.pair.blitAt(VALUE_AT, await this.digest.sha256([roots], this.pause), 0, N)
    }

    /**
     * WOTS+ (§5.3, algorithm 8): from the values in the signature to the ends of their chains, and so to a leaf of the
     * layer.
     */
    async finishChains(layer: number, chains: Buffer): Promise<void> {
        this.enterLayer(layer)
        const step = this.step
        const parts = [step]
        this.setHead(step, WOTS_HASH, this.leaf)
        const hash = this.digest.short
        const putValue = step.blitAt
        const putEnd = this.gathered.blitAt
        const root = this.pair
        let checksum = 0
        let budget = 0
        for (let chain = 0; chain < CHAINS; chain++) {
            // The root in digits of four bits, the upper half first; then the checksum, which rises as they fall, in three (§4.4, algorithm 4).
            let at: number
            if (chain < 2 * N) {
                at = (root[VALUE_AT + (chain >> 1)] >> (chain & 1 ? 0 : 4)) & 15
                checksum += CHAIN_END - at
            } else at = (checksum >> (4 * (CHAINS - 1 - chain))) & 15
            step[CHAIN_AT] = chain
            putValue(VALUE_AT, chains, N * chain, N)
            budget -= CHAIN_END - at
            if (budget < 0) {
                await this.pause()
                this.fences[chain] = Buffer.alloc(FENCE_BYTES)
                budget = HASHES_PER_PAUSE - CHAIN_END + at
            }
            // Two at a time: a turn of the loop takes a tenth of what a hash does.
            while (at < CHAIN_END - 1) {
                step[HASH_AT] = at
                putValue(VALUE_AT, await hash(undefined, "sha256", parts), 0, N)
                step[HASH_AT] = at + 1
                putValue(VALUE_AT, await hash(undefined, "sha256", parts), 0, N)
                at += 2
            }
            if (at < CHAIN_END) {
                step[HASH_AT] = at
                putValue(VALUE_AT, await hash(undefined, "sha256", parts), 0, N)
            }
            putEnd(VALUE_AT + N * chain, step, VALUE_AT, N)
        }
        await this.pause()
        this.setHead(this.gathered, WOTS_PK, this.leaf)
        this.pair.blitAt(VALUE_AT + N * (this.leaf & 1), await this.digest.sha256([this.gathered], this.pause), 0, N)
        this.setHead(this.pair, TREE, 0)
        this.index = this.leaf
    }

    endsAtRoot(): boolean {
        return constantTimeEqual(this.pair.slice(VALUE_AT, VALUE_AT + N), this.publicKey.slice(N, 2 * N))
    }

    /**
     * Hashes the newest leaf with one sibling after the other, up to the root (FORS: §8.4; XMSS: §6.3, algorithm 11).
     * @param siblings has them from `at` on
     */
    async climb(height: number, siblings: Buffer, at: number): Promise<void> {
        const pair = this.pair
        const parts = [pair]
        const put = pair.blitAt
        const hash = this.digest.short
        let index = this.index
        await this.pause()
        for (let k = 0; k < height; k++) {
            put(VALUE_AT + N - N * (index & 1), siblings, at + N * k, N)
            index >>= 1
            pair[HEIGHT_AT] = k + 1
            pair[INDEX_AT] = index >> 8
            pair[INDEX_AT + 1] = index & 255
            put(VALUE_AT + N * (index & 1), await hash(undefined, "sha256", parts), 0, N)
        }
    }

    /**
     * From the root reached to the leaf above it that signs it: 9 bits of the tree index select the leaf, the rest the
     * tree.
     */
    private enterLayer(layer: number): void {
        if (layer > 0) {
            this.leaf = this.treeLow & 0x1ff
            this.treeLow = (this.treeLow >>> 9) | (this.treeHigh << 23)
            this.treeHigh >>>= 9
        }
        this.head[LAYER_AT] = layer
        putBigEndian32(this.head, TREE_AT, this.treeHigh)
        putBigEndian32(this.head, TREE_AT + 4, this.treeLow)
    }

    /** Begins an input anew: with the type and the key pair in its address, and zeros behind them. */
    private setHead(input: WorkBuffer, type: number, keyPair: number): void {
        const head = this.head
        head[TYPE_AT] = type
        head[KEY_PAIR_AT] = keyPair >> 8
        head[KEY_PAIR_AT + 1] = keyPair & 255
        input.blitAt(0, head, 0, VALUE_AT)
    }
}
