import * as ds from "@devicescript/core"
import { Fram } from "../drivers/fram"
import type { Storage } from "./storage"

/** Slots at the start of a FRAM. Takes the first 8 KiB; the rest is free. */
export class FramSlots implements Storage {
    readonly kind = ds.DomovoiStorage.Fram
    readonly slots = 64
    readonly slotBytes = 128
    private readonly fram: Fram

    constructor(fram: Fram = new Fram()) {
        this.fram = fram
    }

    async read(slot: number, from: number): Promise<Buffer> {
        return await this.fram.read(slot * this.slotBytes + from, this.slotBytes - from)
    }

    async write(slot: number, bytes: Buffer): Promise<void> {
        await this.fram.write(slot * this.slotBytes, bytes)
    }
}
