import * as ds from "@devicescript/core"
import { StoreError } from "../../src/core/store/store-error"

/** The runtime's settings, for records of a size that is known beforehand. */
export class RuntimeSettings {
    /** By its name the runtime binds it to the chip itself. A peer can have the role manager bind it to another: docs/threats.md. */
    private readonly settings = new ds.Settings("settings[int:0]")

    /** @returns `length` bytes; zeros in place of what was never written */
    async read(key: string, length: number): Promise<Buffer> {
        const settings = this.settings
        const report = await ds.actionReport(
            settings,
            "get",
            async () => await settings.get(key),
            packet => packet.decode()[0] === key,
        )
        const stored: Buffer = report.decode()[1]
        const bytes = Buffer.alloc(length)
        if (stored) bytes.set(stored, 0)
        return bytes
    }

    /** Writes, and reads back: the runtime does not say that it had no room. @throws StoreError */
    async write(key: string, bytes: Buffer): Promise<void> {
        const wanted = bytes.toString("hex")
        await this.settings.set(key, bytes)
        if ((await this.read(key, bytes.length)).toString("hex") !== wanted)
            throw new StoreError("memory", `the runtime does not keep the setting ${key}`)
    }
}
