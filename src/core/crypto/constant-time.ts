import { requireBytes } from "./require-bytes"

/** Whether two byte strings are equal. The work depends on the length of `a` alone; lengths are taken to be public. */
export function constantTimeEqual(a: Buffer, b: Buffer): boolean {
    requireBytes(a, "a")
    requireBytes(b, "b")
    if (a.length !== b.length) return false
    let difference = 0
    for (let i = 0; i < a.length; i++) difference |= a[i] ^ b[i]
    return difference === 0
}
