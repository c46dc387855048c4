import * as ds from "@devicescript/core"
import "./pins"
import type { Output } from "../../src/core/ports"

/**
 * A GPIO line that drives something which could harm; low is its safe level. It is low from construction on; before that, from about
 * 1 ms after power-on, the board file holds it there (`sPin`). Writes take effect at once. A program that has died cannot make the line
 * safe: that is for the board's dead-man circuit.
 */
export class SafeOutput implements Output {
    active = false
    private readonly pin: ds.OutputPin

    constructor(pin: ds.OutputPin) {
        this.pin = pin
        this.makeSafe()
    }

    drive(active: boolean): void {
        this.active = active
        this.pin.setMode(active ? ds.GPIOMode.OutputHigh : ds.GPIOMode.OutputLow)
    }

    makeSafe(): void {
        this.drive(false)
    }
}
