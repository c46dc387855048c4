import * as ds from "@devicescript/core"
import { StoreError } from "../../src/core/store/store-error"
import type { RuntimeRole } from "../runtime-role"

/** Who waits for the value of a setting. */
interface Reader {
    key: string
    fiber: ds.Fiber
}

/**
 * The runtime's settings, for records of a size that is known beforehand. It hears their reports itself: `actionReport` of the runtime's library brings
 * 0.7 KB with it.
 */
export class RuntimeSettings {
    /** By its name the runtime binds it to the chip itself. A peer can have the role manager bind it to another: docs/threats.md. */
    private readonly settings = new ds.Settings("settings[int:0]")
    private readers: Reader[] = []

    constructor() {
        ;(this.settings as unknown as RuntimeRole)._onPacket = this.hear
    }

    /** @returns `length` bytes; zeros in place of what was never written */
    async read(key: string, length: number): Promise<Buffer> {
        this.readers.push({ key: key, fiber: ds.Fiber.self() })
        await this.settings.get(key)
        const stored = await ds.suspend<Buffer>()
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

    /** Hands a value to all who wait for it. */
    private async hear(packet: ds.Packet | undefined): Promise<void> {
        if (!packet?.isReport || packet.serviceCommand !== ds.SettingsCodes.CmdGet) return
        const [key, value] = packet.decode()
        const { readers } = this
        this.readers = []
        for (const reader of readers) {
            if (reader.key === key) reader.fiber.resume(value)
            else this.readers.push(reader)
        }
    }
}
