import * as ds from "@devicescript/core"
import type { Storage } from "./storage"

/**
 * One runtime setting a slot, for boards without a memory of their own. Weaker than a FRAM in three ways: a power cut during a write can
 * wipe all settings and the program, any Jacdac peer can read and write them, and what is overwritten stays in flash for a while.
 */
export class SettingsSlots implements Storage {
    readonly kind = ds.DomovoiStorage.Settings
    /** A setting takes its bytes twice while it is rewritten, and the runtime has about 8 KB for all. */
    readonly slots = 16
    readonly slotBytes = 128
    private readonly settings = new ds.Settings("settings")

    async read(slot: number, from: number): Promise<Buffer> {
        const key = keyOf(slot)
        const settings = this.settings
        const report = await ds.actionReport(
            settings,
            "get",
            async () => await settings.get(key),
            packet => packet.decode()[0] === key,
        )
        const stored: Buffer = report.decode()[1]
        const bytes = Buffer.alloc(this.slotBytes)
        // A setting that was never written is empty.
        if (stored) bytes.set(stored, 0)
        return bytes.slice(from)
    }

    async write(slot: number, bytes: Buffer): Promise<void> {
        await this.settings.set(keyOf(slot), bytes)
    }
}

/** Well below the 13 characters that a key may have. */
function keyOf(slot: number): string {
    return `domovoi.${slot}`
}
