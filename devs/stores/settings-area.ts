import type { ByteMemory } from "../../src/core/ports"
import type { RuntimeSettings } from "./runtime-settings"

const PIECE_BYTES = 128

/**
 * Bytes in runtime settings, one setting for every 128, with the weaknesses that `SettingsSlots` names. A power cut can leave a write half
 * done between two.
 */
export class SettingsArea implements ByteMemory {
    readonly size: number
    private readonly settings: RuntimeSettings
    private readonly name: string

    /** @param name at most 11 characters */
    constructor(settings: RuntimeSettings, name: string, size: number) {
        this.settings = settings
        this.name = name
        this.size = size
    }

    async read(at: number, length: number): Promise<Buffer> {
        const bytes = Buffer.alloc(length)
        let done = 0
        while (done < length) {
            const from = (at + done) & (PIECE_BYTES - 1)
            const piece = await this.settings.read(this.keyOf(at + done), PIECE_BYTES)
            const part = piece.slice(from, Math.min(PIECE_BYTES, from + length - done))
            bytes.set(part, done)
            done += part.length
        }
        return bytes
    }

    async write(at: number, bytes: Buffer): Promise<void> {
        let done = 0
        while (done < bytes.length) {
            const key = this.keyOf(at + done)
            const from = (at + done) & (PIECE_BYTES - 1)
            const part = bytes.slice(done, Math.min(bytes.length, done + PIECE_BYTES - from))
            const piece = await this.settings.read(key, PIECE_BYTES)
            piece.set(part, from)
            await this.settings.write(key, piece)
            done += part.length
        }
    }

    private keyOf(at: number): string {
        return `${this.name}${at >> 7}`
    }
}
