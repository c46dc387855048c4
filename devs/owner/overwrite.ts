import type { ByteMemory } from "../../src/core/ports"

/** What is written at a time. */
const PIECE_BYTES = 128

/** Writes zeros over a whole memory, which pauses by itself. */
export async function overwrite(memory: ByteMemory): Promise<void> {
    const zeros = Buffer.alloc(PIECE_BYTES)
    for (let at = 0; at < memory.size; at += PIECE_BYTES) await memory.write(at, zeros)
}
