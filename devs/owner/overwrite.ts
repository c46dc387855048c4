import * as ds from "@devicescript/core"
import type { ByteMemory } from "../../src/core/ports"

/** What is written at a time: 12 ms on a bus of 100 kHz, during which the runtime does nothing else. */
const PIECE_BYTES = 128

/** Writes zeros over a whole memory. */
export async function overwrite(memory: ByteMemory): Promise<void> {
    const zeros = Buffer.alloc(PIECE_BYTES)
    for (let at = 0; at < memory.size; at += PIECE_BYTES) {
        await memory.write(at, zeros)
        await ds.sleep(0)
    }
}
