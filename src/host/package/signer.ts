/** Someone who signs packages: a key in a file, or one that a security module or a key service keeps. */
export interface Signer {
    /** COSE number, see `src/core/cose/algorithms.ts`. */
    readonly algorithm: number
    readonly keyId: Buffer
    /** @returns the signature of the message, in the form that COSE has it in */
    sign(message: Buffer): Promise<Buffer>
}
