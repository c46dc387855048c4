/** Overwrites a secret. What the interpreter copied of it meanwhile stays until its memory is used again. */
export function wipe(secret: Buffer): void {
    for (let i = 0; i < secret.length; i++) secret[i] = 0
}
