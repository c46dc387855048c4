import * as ds from "@devicescript/core"
import { CERTIFICATES_BYTES, SLOT_BYTES } from "../../src/core/store/memory-layout"
import { RuntimeSettings } from "./runtime-settings"
import { SettingsArea } from "./settings-area"
import type { Storage } from "./storage"

/**
 * One runtime setting a slot, for boards without a memory of their own. Weaker than a FRAM in three ways: a power cut during a write can
 * wipe all settings and the program, any Jacdac peer can read and write them, and what is overwritten stays in flash for a while.
 */
export class SettingsSlots implements Storage {
    readonly kind = ds.DomovoiStorage.Settings
    /** A setting takes its bytes twice while it is rewritten, and the runtime has about 8 KB for all. */
    readonly slots = 20
    readonly slotBytes = SLOT_BYTES
    readonly certificates: SettingsArea
    private readonly settings = new RuntimeSettings()

    constructor() {
        this.certificates = new SettingsArea(this.settings, "domovoi.c", CERTIFICATES_BYTES)
    }

    /** What the runtime has room for shows when it is written. */
    async prove(): Promise<void> {}

    async read(slot: number, length: number): Promise<Buffer> {
        return (await this.settings.read(keyOf(slot), this.slotBytes)).slice(0, length)
    }

    async write(slot: number, bytes: Buffer): Promise<void> {
        await this.settings.write(keyOf(slot), bytes)
    }
}

/** Well below the 13 characters that a key may have. */
function keyOf(slot: number): string {
    return `domovoi.${slot}`
}
