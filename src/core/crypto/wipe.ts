/** Overwrites a secret. What the interpreter copied of it meanwhile stays until its memory is used again. */
export function wipe(secret: Buffer): void {
    secret.set(Buffer.alloc(secret.length), 0)
}
