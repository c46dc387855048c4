/** What differs between the reference devices, for whoever tries them out. */
import type { Device } from "../../host/update/releases"
import type { Unit } from "./unit"

export interface DeviceFacts {
    /** The inside button: at it a person stands. */
    touch: string
    /** Nets that drive what could harm. */
    outputs: readonly string[]
    /** What a press of the inside button switches on. */
    opens: string
    /** What has to be done before a press can do so. */
    beforePress(unit: Unit): void
    /** What has to be safe from now on until a person says otherwise happens, and is over. */
    alarm(unit: Unit): void
    /** Uses of data that it asks a consent for. */
    uses: number
}

export const FACTS: Readonly<Record<Device, DeviceFacts>> = {
    "gas-valve": {
        touch: "button",
        outputs: ["valve_drive"],
        opens: "valve_drive",
        beforePress() {},
        alarm(unit) {
            unit.act("gas", "set", 20)
            unit.run(0.8)
            unit.act("gas", "set", 0)
            unit.run(0.6)
        },
        uses: 0,
    },
    doorbell: {
        touch: "release",
        outputs: ["strike_drive", "capture"],
        opens: "strike_drive",
        beforePress: unit => unit.press("button"),
        alarm(unit) {
            unit.act("tamper", "open")
            unit.run(0.5)
            unit.act("tamper", "close")
            unit.run(0.3)
        },
        uses: 2,
    },
}
