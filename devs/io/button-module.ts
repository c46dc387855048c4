import * as ds from "@devicescript/core"

/** A button that is held says so every 500 ms. When nothing was heard for longer, it was unplugged, or its release was lost. */
const HELD_WITHIN_MS = 1200

/** A button on the Jacdac bus, asked once a cycle. */
export class ButtonModule {
    private down = false
    private heldAt: number | undefined

    constructor(role: ds.Button) {
        role.down.subscribe(this.press)
        role.hold.subscribe(this.hold)
        role.up.subscribe(this.letGo)
    }

    /** @returns whether it has been pressed since the last call */
    pressed(): boolean {
        const pressed = this.down
        this.down = false
        return pressed
    }

    /** Whether it is held down now. */
    held(): boolean {
        return this.heldAt !== undefined && ds.millis() - this.heldAt < HELD_WITHIN_MS
    }

    private press(): void {
        this.down = true
        this.hold()
    }

    private hold(): void {
        this.heldAt = ds.millis()
    }

    private letGo(): void {
        this.heldAt = undefined
    }
}
