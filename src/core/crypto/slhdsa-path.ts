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

/** Address types (§4.2). */
const WOTS_HASH = 0
const WOTS_PK = 1
const TREE = 2
const FORS_TREE = 3
const FORS_ROOTS = 4

/** Where the parts of the compressed address (§11.2.1) lie in the head of a hash: behind PK.seed and 48 zeros. */
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
const HEAD_LENGTH = 86

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
    /** What every hash begins with: PK.seed, zeros up to a whole block, the compressed address. */
    private head: WorkBuffer = workBuffer(HEAD_LENGTH)
    /** The value that runs along a chain. */
    private value: WorkBuffer = workBuffer(N)
    private valueHash: Buffer[]
    /** A node and its sibling. Between layers, the root reached lies in the first half. */
    private children: WorkBuffer = workBuffer(2 * N)
    private childrenHash: Buffer[]
    /** Ends of chains, or roots of trees, until all are there to be hashed. */
    private gathered: WorkBuffer = workBuffer(N * FORS_TREES)
    /** The part of the message digest that selects the FORS leaves: 12 bits a tree. */
    private forsDigest: Buffer = Buffer.alloc(0)
    /** Upper 22 and lower 32 bits of the index of the XMSS tree in its layer. */
    private treeHigh = 0
    private treeLow = 0
    private leaf = 0

    constructor(publicKey: Buffer, digest: Digest, pause: Pause) {
        this.publicKey = publicKey
        this.digest = digest
        this.pause = pause
        this.head.blitAt(0, publicKey, 0, N)
        this.valueHash = [this.head, this.value]
        this.childrenHash = [this.head, this.children]
    }

    /** H_msg (§11.2.1) of the extended message; then the indices (§9.3, algorithm 20). */
    async start(randomizer: Buffer, message: Buffer): Promise<void> {
        const seed = this.publicKey.slice(0, N)
        const inner = await this.digest.sha256([randomizer, this.publicKey, message], this.pause)
        // MGF1 with SHA-256 makes 30 bytes: one block, with counter 0.
        const selector = await this.digest.sha256([randomizer, seed, inner, Buffer.alloc(4)], this.pause)
        this.forsDigest = selector.slice(0, 21)
        this.treeHigh = bigEndian32(selector, 20) & 0x3fffff
        this.treeLow = bigEndian32(selector, 24)
        this.leaf = ((selector[28] << 8) | selector[29]) & 0x1ff
        this.setTree(0)
    }

    /** One FORS tree (§8.4, algorithm 17): its secret value, and the siblings up to the root. */
    async climbForsTree(tree: number, part: Buffer): Promise<void> {
        const at = (3 * tree) >> 1
        const pair = (this.forsDigest[at] << 8) | this.forsDigest[at + 1]
        const index = (tree << FORS_HEIGHT) + (tree & 1 ? pair & 0xfff : pair >> 4)
        this.setType(FORS_TREE, this.leaf)
        this.setIndex(index)
        this.value.blitAt(0, part, 0, N)
        const hash = this.digest.short
        this.children.blitAt(N * (index & 1), await hash(undefined, "sha256", this.valueHash), 0, N)
        await this.climb(index, FORS_HEIGHT, part, N)
        this.gathered.blitAt(N * tree, this.children, N * (tree & 1), N)
    }

    async joinForsRoots(): Promise<void> {
        this.setType(FORS_ROOTS, this.leaf)
        const node = await this.digest.sha256([this.head, this.gathered], this.pause)
        this.children.blitAt(0, node, 0, N)
        this.gathered = workBuffer(N * CHAINS)
    }

    /**
     * WOTS+ (§5.3, algorithm 8): from the values in the signature to the ends of their chains, and so to a leaf of the
     * layer.
     */
    async finishChains(layer: number, chains: Buffer): Promise<void> {
        if (layer > 0) this.moveUp(layer)
        this.setType(WOTS_HASH, this.leaf)
        const head = this.head
        const value = this.value
        const parts = this.valueHash
        const hash = this.digest.short
        const putValue = value.blitAt
        const putEnd = this.gathered.blitAt
        const starts = chainStarts(this.children)
        let budget = 0
        for (let chain = 0; chain < CHAINS; chain++) {
            head[CHAIN_AT] = chain
            putValue(0, chains, N * chain, N)
            budget -= CHAIN_END - starts[chain]
            if (budget < 0) {
                await this.pause()
                budget = HASHES_PER_PAUSE - CHAIN_END + starts[chain]
            }
            for (let step = starts[chain]; step < CHAIN_END; step++) {
                head[HASH_AT] = step
                putValue(0, await hash(undefined, "sha256", parts), 0, N)
            }
            putEnd(N * chain, value, 0, N)
        }
        await this.pause()
        this.setType(WOTS_PK, this.leaf)
        const leafNode = await this.digest.sha256([head, this.gathered], this.pause)
        this.children.blitAt(N * (this.leaf & 1), leafNode, 0, N)
    }

    /** XMSS (§6.3, algorithm 11): from the leaf to the root of the layer's tree. */
    async climbLayer(siblings: Buffer): Promise<void> {
        this.setType(TREE, 0)
        await this.climb(this.leaf, XMSS_HEIGHT, siblings, 0)
    }

    endsAtRoot(): boolean {
        return constantTimeEqual(this.children.slice(0, N), this.publicKey.slice(N, 2 * N))
    }

    /**
     * Hashes a node with one sibling after the other, up to the root.
     * @param leaf index of the node; it lies in the half of `children` that its last bit says, and so does the root
     * afterwards
     */
    private async climb(leaf: number, height: number, siblings: Buffer, at: number): Promise<void> {
        const head = this.head
        const parts = this.childrenHash
        const putChild = this.children.blitAt
        const hash = this.digest.short
        let index = leaf
        await this.pause()
        for (let k = 0; k < height; k++) {
            putChild(N - N * (index & 1), siblings, at + N * k, N)
            index >>= 1
            head[HEIGHT_AT] = k + 1
            head[INDEX_AT] = index >> 8
            head[INDEX_AT + 1] = index & 255
            putChild(N * (index & 1), await hash(undefined, "sha256", parts), 0, N)
        }
    }

    /**
     * From the root reached to the leaf above it that signs it: 9 bits of the tree index select the leaf, the rest the
     * tree.
     */
    private moveUp(layer: number): void {
        this.leaf = this.treeLow & 0x1ff
        this.treeLow = (this.treeLow >>> 9) | (this.treeHigh << 23)
        this.treeHigh >>>= 9
        this.setTree(layer)
    }

    private setTree(layer: number): void {
        this.head[LAYER_AT] = layer
        putBigEndian32(this.head, TREE_AT, this.treeHigh)
        putBigEndian32(this.head, TREE_AT + 4, this.treeLow)
    }

    /**
     * Sets the type and the key pair of the address, and clears what follows; its other bytes are zero in every address
     * here.
     */
    private setType(type: number, keyPair: number): void {
        const head = this.head
        head[TYPE_AT] = type
        head[KEY_PAIR_AT] = keyPair >> 8
        head[KEY_PAIR_AT + 1] = keyPair & 255
        head[CHAIN_AT] = 0
        this.setIndex(0)
    }

    private setIndex(index: number): void {
        this.head[INDEX_AT] = index >> 8
        this.head[INDEX_AT + 1] = index & 255
    }
}

/**
 * Where each chain goes on: the 16 bytes of `node` in digits of four bits, the upper half first, then the checksum,
 * which rises as they fall, in three digits (§5.3, algorithm 8; §4.4, algorithm 4).
 */
function chainStarts(node: Buffer): number[] {
    const digits: number[] = []
    let checksum = 0
    for (let i = 0; i < N; i++) {
        const high = node[i] >> 4
        const low = node[i] & 15
        digits.push(high, low)
        checksum += 2 * CHAIN_END - high - low
    }
    digits.push(checksum >> 8, (checksum >> 4) & 15, checksum & 15)
    return digits
}
