import type * as ds from "@devicescript/core"

/** A button on the Jacdac bus, asked once a cycle. */
export class ButtonModule {
    private down = false

    constructor(role: ds.Button) {
        role.down.subscribe(this.press)
    }

    /** @returns whether it has been pressed since the last call */
    pressed(): boolean {
        const pressed = this.down
        this.down = false
        return pressed
    }

    private press(): void {
        this.down = true
    }
}
